"""Child processes that never outlive us: each in a session of its own, told when we die."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

import psutil

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def start_child(
    command: Sequence[str],
    *,
    on_parent_death: signal.Signals = signal.SIGTERM,
    output: IO[bytes] | None = None,
    user: str | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start ``command`` in a new session; the kernel sends it ``on_parent_death`` when we die.

    Call it from the main thread: the kernel watches the starting thread, not the process.
    ``output`` takes both streams; ``user`` is an account name, for root only.
    """
    return subprocess.Popen(
        list(command),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output else None,
        start_new_session=True,
        preexec_fn=_tied_to(os.getpid(), on_parent_death),
        user=user,
        group=user,
        extra_groups=[] if user else None,
        env=env,
        cwd=cwd,
    )


def _tied_to(parent: int, number: signal.Signals) -> Callable[[], None]:
    def tie() -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        # The parent may have died before the line above took hold.
        if os.getppid() != parent:
            os._exit(1)

    return tie


def end_with_parent() -> None:
    """For a process that a library forked: the kernel kills it when its parent dies."""
    _tied_to(os.getppid(), signal.SIGKILL)()


def stop_child(
    child: subprocess.Popen[bytes],
    *,
    grace: float,
    ask: signal.Signals = signal.SIGTERM,
) -> None:
    """Ask ``child`` to end, wait ``grace`` seconds, then kill its whole group."""
    child.send_signal(ask)
    wait_or_kill(child, grace=grace)


def wait_or_kill(child: subprocess.Popen[bytes], *, grace: float) -> None:
    """Wait ``grace`` seconds for a child that was asked to end, then kill its whole group."""
    try:
        child.wait(grace)
    except subprocess.TimeoutExpired:
        kill_group(child.pid)
        child.wait()


def kill_group(pid: int) -> None:
    """Kill the session that ``start_child`` gave to ``pid``; one that is gone is fine."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def is_command(pid: int, word: str) -> bool:
    """Whether ``pid`` lives and has ``word`` on its command line (a pid alone may be reused)."""
    try:
        return any(word in part for part in psutil.Process(pid).cmdline())
    except psutil.Error:
        return False


def wait_while(condition: Callable[[], bool], *, seconds: float) -> bool:
    """Wait until ``condition`` is false, ``seconds`` at most; says whether it became false."""
    end = time.monotonic() + seconds
    while condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
