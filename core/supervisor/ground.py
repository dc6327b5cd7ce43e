"""What must hold before anything starts: a way to stop, one supervisor per folder, a free port,
a signing key."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from core.errors import Conflict, Misconfigured


@contextlib.contextmanager
def stop_on_signals() -> Iterator[None]:
    """SIGINT, SIGTERM and SIGHUP all mean stop; a second one while stopping changes nothing."""
    stopping: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        if not stopping:
            stopping.append(number)
            raise KeyboardInterrupt

    names = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {name: signal.signal(name, stop) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


@contextlib.contextmanager
def only_one(var: Path) -> Iterator[None]:
    """Hold the folder for as long as the block runs; the kernel lets go when we die."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / "up.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            raise Conflict(
                f"Reframe already runs in {var} (process {holder}). "
                "Stop that one first, or set VAR_DIR and PORT for a second one."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def require_free_port(host: str, port: int) -> None:
    """Refuse early, in words, what gunicorn would only refuse after everything had started."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with contextlib.closing(socket.socket(family)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except PermissionError:
            raise Misconfigured(f"Port {port} needs more rights; take one above 1023.") from None
        except OSError as error:
            raise Conflict(
                f"Port {port} on {host} cannot be used: {error.strerror or error}. "
                f"Stop the other program, or choose another port: PORT={port + 1} make up"
            ) from None


def ensure_secret_key(path: Path) -> None:
    """Make the installation's own signing key on the first run, readable by its owner alone."""
    with contextlib.suppress(FileExistsError):
        place = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(place, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
