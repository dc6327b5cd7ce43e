"""The programs that make up a running site, as command lines.

``docker/entrypoint.sh`` runs the same ones, one per container.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

# Where the programs run, wherever the person who starts them stands.
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Program:
    """One long-running child. ``on_parent_death`` must end it without waiting for work in hand,
    because nobody is left to hurry it; ``ask`` ends it in order."""

    name: str
    command: list[str]
    env: dict[str, str] = field(default_factory=dict)
    ask: signal.Signals = signal.SIGTERM
    on_parent_death: signal.Signals = signal.SIGQUIT


def web(host: str, port: int) -> Program:
    """Gunicorn with threads: two processes serve, each keeps a pool of database connections.

    The program is loaded once and shared: a process that ended is back at once.
    """
    threads = os.environ.get("WEB_THREADS", "4")
    command = [sys.executable, "-m", "gunicorn", "config.wsgi:application"]
    command += ["--bind", f"{f'[{host}]' if ':' in host else host}:{port}", "--no-control-socket"]
    command += ["--worker-class", "gthread", "--workers", os.environ.get("WEB_WORKERS", "2")]
    command += ["--preload"]
    command += ["--threads", threads, "--timeout", "120", "--graceful-timeout", "10"]
    # Longer than somebody thinks about an item, so that their next request needs no new line.
    command += ["--keep-alive", "30"]
    command += ["--logger-class", "core.gunicorn_log.CleanLogger"]
    limits = {"DATABASE_POOL": threads, "DATABASE_TIMEOUT_S": "30"}
    return Program("web", command, env={**limits, **_given(limits)})


def _given(names: Iterable[str]) -> dict[str, str]:
    return {name: os.environ[name] for name in names if name in os.environ}


def workers() -> list[Program]:
    """One worker per queue: short work in processes, waiting for models in threads, and the
    accelerator alone, in one process that may keep a model warm."""
    return [
        _worker("default", "prefork", os.environ.get("DEFAULT_PROCESSES", "2")),
        _worker("drafts", "threads", os.environ.get("DRAFT_THREADS", "8")),
        _worker("gpu", "solo", "1"),
    ]


def _worker(queue: str, pool: str, concurrency: str) -> Program:
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "-Q", queue, "-P", pool]
    command += ["-c", concurrency, "-n", f"{queue}@%h", "-l", "INFO"]
    command += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    # SIGQUIT waits a few seconds for work in hand, then drops it; the sweep takes it up again. A
    # worker whose supervisor and broker died together may wait for the broker for good, so it is
    # killed at once.
    return Program(f"worker-{queue}", command, ask=signal.SIGQUIT, on_parent_death=signal.SIGKILL)


def beat(schedule: str) -> Program:
    """The clock behind the sweep; ``schedule`` is the file where it remembers its last round."""
    command = [sys.executable, "-m", "celery", "-A", "config.clock", "beat", "--pidfile="]
    command += ["-l", "WARNING", "-s", schedule]
    return Program("beat", command, on_parent_death=signal.SIGTERM)
