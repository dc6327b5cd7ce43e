"""The site as processes of its own over the test database, made to be killed and started again.

They have a broker of their own, so that a worker of other tests never hears of their jobs.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import requests
from celery import Celery
from django.conf import settings

from annotation.models import DraftRequest
from core.embedded import postgres, valkey
from core.models import Job
from core.processes import kill_group, start_child, stop_child
from core.supervisor import programs
from core.supervisor.programs import ROOT
from workers.sweeping import sweep_everything

BROKER = 7  # the number of the broker's database; the cache takes the next one
LONG_AGO = "2020-01-01T00:00Z"
WAITERS = """
SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE NOT granted AND relation = %s::regclass AND application_name = %s
"""

BUSY = """
SELECT application_name, state, wait_event, now() - xact_start, left(query, 150)
FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


class House:
    """``web`` (gunicorn) and ``worker`` (Celery, all queues) over the database of ``url``."""

    def __init__(self, database: str) -> None:
        self.url = postgres.url(Path(settings.VAR_DIR), database)
        self.port = _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.broker = valkey.url(Path(settings.VAR_DIR), BROKER)
        self.bell = Celery("bell", broker=self.broker)
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.kills: list[str] = []

    def start(self, name: str) -> None:
        """Start ``web`` or ``worker``; the web answers when this returns."""
        env = {**os.environ, "DATABASE_URL": self.url, "BROKER_URL": self.broker}
        env["PGAPPNAME"] = name  # how the database knows who waits
        with (Path(settings.VAR_DIR) / f"house-{name}.log").open("ab") as output:
            self.running[name] = start_child(self._command(name), output=output, env=env, cwd=ROOT)
        if name == "web":
            wait_until(self._answers, seconds=60)

    def kill(self, name: str) -> None:
        """SIGKILL for the whole group, then started again at the same address."""
        pid = self._end(name)
        self._let_time_pass(name, pid)
        self.start(name)

    def kill_at(self, table: str, name: str) -> None:
        """Kill where it waits to write to ``table``, in the middle of its work; start it again."""
        pid = self.end_at(table, name)
        self._let_time_pass(name, pid)
        self.start(name)

    def end_at(self, table: str, name: str, begin: Callable[[], None] = lambda: None) -> int:
        """Kill where it waits to write to ``table``, which ``begin`` leads it to; its process id."""
        with self.holding(table):
            begin()
            self.wait(lambda: self._stands_at(table, name), rings=table != "core_job")
            pid = self._end(name)
        wait_until(lambda: not self._stands_at(table, name))
        return pid

    @contextmanager
    def holding(self, table: str) -> Iterator[None]:
        """Nobody writes to ``table`` as long as the block runs."""
        with psycopg.connect(self.url) as other:
            other.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
            yield
            other.rollback()

    def wait(
        self, condition: Callable[[], bool], *, seconds: float = 300, rings: bool = True
    ) -> None:
        """Until it is so; meanwhile the clock rings, as beat does in a real installation."""
        rung = 0.0

        def look() -> bool:
            nonlocal rung
            if rings and time.monotonic() - rung > 1:
                sweep_everything()
                rung = time.monotonic()
            return condition()

        try:
            wait_until(look, seconds=seconds)
        except AssertionError:
            raise AssertionError(f"it did not happen in time\n{self._say()}") from None

    def _say(self) -> str:
        """What everybody is doing, for whoever looks for a reason."""
        words = [repr(tuple(row)) for row in Job.objects.values_list(
            "kind", "state", "epoch", "leased_by", "sent_at", "not_before", "error")]  # fmt: skip
        with psycopg.connect(self.url, autocommit=True) as other:
            words += [repr(row) for row in other.execute(BUSY).fetchall()]
        for name, process in self.running.items():
            if name == "worker":
                process.send_signal(signal.SIGUSR1)  # Celery writes down what its threads do
                time.sleep(2)
            log = Path(settings.VAR_DIR) / f"house-{name}.log"
            words.append(f"{name} {process.poll()}\n{log.read_text(errors='replace')[-6000:]}")
        return "\n".join(words)

    def stop(self) -> None:
        """End what still runs."""
        for process in self.running.values():
            stop_child(process, grace=5)

    def _command(self, name: str) -> list[str]:
        if name == "web":
            return programs.web("127.0.0.1", self.port).command
        command = [sys.executable, "-m", "celery", "-A", "config", "worker", "-n", "house"]
        command += ["-Q", "default,drafts,gpu", "-P", "threads", "-c", "2", "-l", "WARNING"]
        return [*command, "--without-gossip", "--without-mingle", "--without-heartbeat"]

    def _end(self, name: str) -> int:
        process = self.running.pop(name)
        kill_group(process.pid)
        process.wait()
        self.kills.append(name)
        return process.pid

    def _let_time_pass(self, name: str, pid: int) -> None:
        """As if the leases of the dead had run out, and what they had heard were long ago."""
        if name == "worker":
            held = Job.objects.filter(state="running", leased_by__endswith=f":{pid}")
            held.update(lease_until=LONG_AGO)
            Job.objects.filter(state="queued").update(sent_at=None)
            DraftRequest.objects.filter(state="running").update(lease_until=LONG_AGO)

    def _stands_at(self, table: str, name: str) -> bool:
        with psycopg.connect(self.url, autocommit=True) as other:
            row = other.execute(WAITERS, (table, name)).fetchone()
        return bool(row and row[0])

    def _answers(self) -> bool:
        assert self.running["web"].poll() is None, "the web has ended; see house-web.log"
        with suppress(requests.RequestException):
            return requests.get(f"{self.address}/healthz", timeout=2).ok
        return False


def wait_until(condition: Callable[[], bool], *, seconds: float = 120) -> None:
    """Poll; fails when it has not happened in time."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
