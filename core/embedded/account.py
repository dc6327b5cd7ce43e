"""The account that PostgreSQL runs under when we are root, and its way to the files."""

from __future__ import annotations

import fcntl
import pwd
import subprocess
import tempfile
from pathlib import Path

from core.errors import Misconfigured

ACCOUNT = "pgserver"
SEARCH = 0o011
READ_AND_SEARCH = 0o055


def ensure_account() -> pwd.struct_passwd:
    """The account ``pgserver``, made if there is none; two processes at once do not collide."""
    with (Path(tempfile.gettempdir()) / "reframe-account.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            return pwd.getpwnam(ACCOUNT)
        except KeyError:
            _make_account()
    return pwd.getpwnam(ACCOUNT)


def _make_account() -> None:
    command = ["useradd", "--system", "--no-create-home", "--shell", "/bin/false", ACCOUNT]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Misconfigured(
            f"PostgreSQL refuses to run as root, and the account {ACCOUNT} could not be made "
            f"({error}). Run as an ordinary user, or set DATABASE_URL."
        ) from error


def open_way_to(folder: Path) -> None:
    """Let other accounts pass through ``folder`` and those above it (search, not list)."""
    for step in (folder, *folder.parents):
        mode = step.stat().st_mode
        if mode & SEARCH != SEARCH:
            step.chmod(mode | SEARCH)


def let_read(folder: Path) -> None:
    """Make installed programs readable if a strict umask kept them for root alone."""
    if folder.stat().st_mode & READ_AND_SEARCH == READ_AND_SEARCH:
        return
    for path in (folder, *folder.rglob("*")):
        mode = path.stat().st_mode
        path.chmod(mode | (READ_AND_SEARCH if mode & 0o100 else 0o044))
