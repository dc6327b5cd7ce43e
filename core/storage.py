"""Files: where media and static files go, and how the rest of the house reads and writes them.

The rest of the house names files, never paths: a name works for a folder and for a bucket.
"""

from __future__ import annotations

import errno
import math
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from django.core.exceptions import SuspiciousOperation
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage, default_storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

from core.errors import NotFound, Unavailable

CHUNK = 1024 * 1024
UNFINISHED = ".incoming"

if TYPE_CHECKING:
    _BytesFile = File[bytes]
else:
    _BytesFile = File  # Django's class takes its type argument only in the stubs


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Hashed names for ever-cached static files; imports between ES modules are rewritten too."""

    support_js_module_import_aggregation = True


class MediaStorage(FileSystemStorage):
    """A folder. A file appears under its name only when it is whole."""

    def path(self, name: str) -> str:
        """As Django's; `NotFound` for a name that leads out of the folder: we never write one."""
        try:
            return str(super().path(name))
        except SuspiciousOperation as error:
            raise NotFound("The file is missing from the storage.") from error

    def save(self, name: str | None, content: IO[Any], max_length: int | None = None) -> str:
        """Write beside the place, then let Django move it there; a full disk leaves nothing."""
        folder = Path(self.location) / UNFINISHED
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=folder, delete=False) as part:
                try:
                    _write(part, content)
                    return super().save(name, _Movable(part, name or content.name), max_length)
                finally:
                    Path(part.name).unlink(missing_ok=True)
        except OSError as error:
            raise _explained(error) from error

    def clear_unfinished(self, before: datetime) -> int:
        """Remove what processes that were killed had not finished by then; the number of files."""
        parts = [part for part in (Path(self.location) / UNFINISHED).glob("*") if part.is_file()]
        old = [part for part in parts if _changed_at(part) < before.timestamp()]
        for part in old:
            part.unlink(missing_ok=True)
        return len(old)


def _changed_at(part: Path) -> float:
    try:
        return part.stat().st_mtime
    except FileNotFoundError:  # finished just now
        return math.inf


def _write(part: IO[bytes], content: IO[Any]) -> None:
    source = content if isinstance(content, File) else File(content)
    for chunk in source.chunks(CHUNK):
        part.write(chunk.encode() if isinstance(chunk, str) else chunk)
    part.flush()


class _Movable(_BytesFile):
    """A finished file on the same disk: `FileSystemStorage` moves it instead of copying."""

    def __init__(self, part: IO[bytes], name: str) -> None:
        super().__init__(part, name)
        self._place = part.name

    def temporary_file_path(self) -> str:
        return self._place


def _explained(error: OSError) -> Exception:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return Unavailable("The disk is full; free some space and try again. Nothing was changed.")
    return error


def write_file(name: str, content: IO[bytes], *, storage: Storage | None = None) -> str:
    """Store ``content`` under ``name`` and return the name it got (a taken one gets a suffix).

    Raises `Unavailable` when the disk is full; then nothing is left under the name.
    """
    return str((storage or default_storage).save(name, File(content)))


@contextmanager
def local_file(name: str, *, storage: Storage | None = None) -> Iterator[Path]:
    """A readable path of a stored file: itself in a folder, a temporary copy from a bucket."""
    store = storage or default_storage
    if isinstance(store, FileSystemStorage):
        path = Path(store.path(name))
        if not path.is_file():
            raise NotFound(f"The file {name} is missing from the storage.")
        yield path
        return
    with tempfile.NamedTemporaryFile(suffix=Path(name).suffix) as copy:
        _copy_into(copy, name, store)
        yield Path(copy.name)


def _copy_into(copy: IO[bytes], name: str, store: Storage) -> None:
    try:
        with store.open(name) as source:
            for chunk in source.chunks(CHUNK):
                copy.write(chunk)
    except FileNotFoundError as error:
        raise NotFound(f"The file {name} is missing from the storage.") from error
    except OSError as error:
        raise _explained(error) from error
    copy.flush()
