"""Reading exports: their folder on this machine, fetched from the storage when it is not there."""

from __future__ import annotations

import errno
import hashlib
import shutil
import zipfile
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from core.errors import Conflict, NotFound, Unavailable
from core.storage import local_file
from curation.models import Export, ExportState

ARCHIVE = "export.zip"
MANIFEST = "manifest.json"


def exports_root() -> Path:
    """Where exports lie on this machine's disk; training reads them here."""
    return Path(settings.EXPORTS_DIR)


def local_home(export_id: int, digest: str, root: Path | None = None) -> Path:
    """The folder of a ready export on this machine, whether it is there or not."""
    return (root or exports_root()) / f"{export_id}-{digest[:12]}"


def local_folder(export: Export, *, root: Path | None = None) -> Path:
    """The unpacked export; `Conflict` while it is not ready, `Unavailable` when it cannot be had."""
    if export.state != ExportState.READY:
        raise Conflict("This export is not ready, so nothing can be trained on it.")
    home = local_home(export.pk, export.digest, root)
    if (home / MANIFEST).is_file():
        return home
    part = home.parent / f"{export.pk}.{uuid4().hex}.part"
    try:
        _unpack(export, part)
        place_folder(part, home)
    except OSError as error:
        words = error.strerror or str(error)
        raise Unavailable(f"The export could not be fetched from the storage: {words}.") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return home


def _unpack(export: Export, part: Path) -> None:
    wanted = listed_file(export, ARCHIVE)["sha256"]
    with local_file(f"{export.folder}/{ARCHIVE}") as path:
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != wanted:
                raise Unavailable(
                    "The stored export is damaged: its checksum differs. Export again."
                )
        with zipfile.ZipFile(path) as packed:
            packed.extractall(part)


def place_folder(part: Path, home: Path) -> None:
    """Put a whole folder into its place by one rename; when another process was quicker, its folder
    is as good."""
    try:
        part.rename(home)
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise
        if not (home / MANIFEST).is_file():
            shutil.rmtree(home, ignore_errors=True)
            part.rename(home)


def listed_file(export: Export, name: str) -> dict[str, object]:
    """What is recorded of one file of the export; `NotFound` for any name that is not listed."""
    for file in export.files:
        if file["name"] == name:
            return dict(file)
    raise NotFound("This export has no such file.")
