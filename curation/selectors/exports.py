"""Reading exports: their folder on this machine, fetched from the storage when it is not there."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from uuid import uuid4

from core.errors import Conflict
from core.storage import local_file
from curation.models import Export, ExportState


def local_folder(export: Export, *, root: Path) -> Path:
    """The unpacked export under ``root``; `Conflict` while it is not ready."""
    if export.state != ExportState.READY:
        raise Conflict("This export is not ready, so nothing can be trained on it.")
    home = root / f"{export.pk}-{export.digest[:12]}"
    if (home / "manifest.json").is_file():
        return home
    part = root / f"{export.pk}.{uuid4().hex}.part"
    try:
        with local_file(f"{export.folder}/export.zip") as path, zipfile.ZipFile(path) as archive:
            archive.extractall(part)
        shutil.rmtree(home, ignore_errors=True)
        part.rename(home)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return home
