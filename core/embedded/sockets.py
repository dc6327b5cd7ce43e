"""Where the embedded services' unix sockets live."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from core.errors import Misconfigured

# A unix socket's path holds 107 bytes on Linux and 103 on macOS; the longest name we put in a
# socket folder is "postgres/.s.PGSQL.5432" with PostgreSQL's ".lock" beside it.
LONGEST_FOLDER = 103 - len("/postgres/.s.PGSQL.5432.lock")


def socket_folder(var: Path) -> Path:
    """``var/run``, or a folder of our own in the temporary directory if that path is too long."""
    beside = var / "run"
    if len(os.fsencode(beside)) <= LONGEST_FOLDER:
        return beside
    digest = hashlib.sha256(os.fsencode(var)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"reframe-{os.getuid()}-{digest}"


def make_socket_folder(var: Path) -> Path:
    """Create the socket folder; refuse one that somebody else made before us."""
    folder = socket_folder(var)
    folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.getuid():
        raise Misconfigured(f"{folder} belongs to somebody else; remove it or set TMPDIR.")
    folder.chmod(0o711)
    return folder
