"""Where an import's files come from: staged uploads, a folder of the server or a bucket, an archive.

Each source gives the rows of the import with a way to their bytes, in an order that may be walked
again after a crash: the same file always meets the same row.
"""

from __future__ import annotations

import hashlib
import lzma
import os
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from django.conf import settings

from catalog.models import ImportedFile, ImportedFileState, PhotoImport
from catalog.selectors.wording import one_line
from catalog.services.archives import Archive, Entry, open_archive
from catalog.services.archives.entry import is_skipped, size_problem
from catalog.services.buckets import BucketPlace, allowed_bucket, is_bucket
from catalog.services.credits import Manifest, is_manifest, read_manifest
from core.errors import InvalidInput, NotAllowed, TooLarge, Unavailable
from core.storage import CHUNK, local_file

MAX_MANIFESTS = 20
LEAVES = "It is a link that leaves the folder, or no plain file."
BROKEN_ENTRY = (OSError, EOFError, ValueError, RuntimeError, zlib.error, lzma.LZMAError)
BROKEN_ENTRY += (zipfile.BadZipFile, tarfile.TarError)  # type: ignore[assignment]


@dataclass(frozen=True)
class Incoming:
    """A row of the import, and its bytes as a local file; ``refusal`` if it may not be read."""

    file: ImportedFile
    content: Callable[[], AbstractContextManager[Path]]
    refusal: str = ""


@dataclass(frozen=True)
class Source:
    """``total`` files, of which ``done`` will not come again, and the manifest among them."""

    total: int
    done: int
    manifest: Manifest
    files: Callable[[], Iterator[Incoming]]


@contextmanager
def open_source(photo_import: PhotoImport) -> Iterator[Source]:
    """The files of an import; `InvalidInput`, `TooLarge` or `NotAllowed` when they cannot be had."""
    if photo_import.archive:
        with local_file(photo_import.archive) as path, open_archive(path) as archive:
            yield _archive_source(photo_import, archive)
    elif is_bucket(photo_import.folder):
        yield _bucket_source(photo_import, allowed_bucket(photo_import.folder))
    elif photo_import.folder:
        yield _folder_source(photo_import, allowed_folder(Path(photo_import.folder)))
    else:
        yield _upload_source(photo_import)


def allowed_folder(folder: Path) -> Path:
    """The folder with all links followed, if it lies below one of ``IMPORT_ROOTS``."""
    place = folder.expanduser().resolve()
    roots = [Path(root).resolve() for root in settings.IMPORT_ROOTS]
    if not any(place.is_relative_to(root) for root in roots):
        words = "Photos may not be imported from this folder. An administrator names the folders"
        raise NotAllowed(f"{words} that may be, in IMPORT_ROOTS.", field="folder")
    if not place.is_dir():
        raise InvalidInput("There is no such folder on the server.", field="folder")
    return place


def _upload_source(photo_import: PhotoImport) -> Source:
    rows = ImportedFile.objects.filter(photo_import=photo_import).select_related(
        "photo_import__project"
    )
    manifest = Manifest()
    for row in rows.filter(state=ImportedFileState.MANIFEST).order_by("pk"):
        with local_file(row.staged) as path, path.open("rb") as stream:
            manifest = manifest.joined(read_manifest(stream, filename=row.name))
    waiting = rows.filter(state=ImportedFileState.WAITING).order_by("pk")

    def files() -> Iterator[Incoming]:
        for row in waiting.iterator(chunk_size=500):
            yield Incoming(row, partial(local_file, row.staged))

    total, left = rows.count(), waiting.count()
    return Source(total, total - left, manifest, files)


def _folder_source(photo_import: PhotoImport, root: Path) -> Source:
    found = [path for path in _walk(root) if not is_skipped(_shown(root, path))]
    manifest = Manifest()
    for path in [path for path in found if is_manifest(path.name)][:MAX_MANIFESTS]:
        if not _leaves(root, path):
            with path.open("rb") as stream:
                manifest = manifest.joined(read_manifest(stream, filename=path.name))

    def files() -> Iterator[Incoming]:
        for path in found:
            name = _shown(root, path)
            row = _row(photo_import, _number_of(name), name, path.lstat().st_size)
            refusal = LEAVES if _leaves(root, path) else ""
            yield Incoming(row, partial(_itself, path), refusal)

    return Source(len(found), 0, manifest, files)


def _walk(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root, followlinks=False):
        folders.sort()
        for name in sorted(names):
            yield Path(folder, name)


@contextmanager
def _itself(path: Path) -> Iterator[Path]:
    yield path


def _shown(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix().encode("utf-8", "replace").decode()


def _leaves(root: Path, path: Path) -> bool:
    real = path.resolve()
    return not (real.is_relative_to(root) and real.is_file())


def _number_of(name: str) -> int:
    # A place that does not shift when files are added before it; 63 bits fit a bigint.
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") >> 1


def _bucket_source(photo_import: PhotoImport, place: BucketPlace) -> Source:
    # Listed twice rather than kept: a bucket may hold a million objects.
    total, manifest, manifests = 0, Manifest(), 0
    for found in place.objects():
        total += 1
        if is_manifest(found.key) and manifests < MAX_MANIFESTS:
            manifests += 1
            with place.fetched(found) as path, path.open("rb") as stream:
                manifest = manifest.joined(read_manifest(stream, filename=found.key[-80:]))

    def files() -> Iterator[Incoming]:
        for found in place.objects():
            name = place.name_of(found)
            row = _row(photo_import, _number_of(name), name, found.size)
            refusal = size_problem(found.size, 0) if found.size else "The object is empty."
            yield Incoming(row, partial(place.fetched, found), refusal)

    return Source(total, 0, manifest, files)


def _archive_source(photo_import: PhotoImport, archive: Archive) -> Source:
    total, manifest = 0, Manifest()
    for entry in archive.entries():
        total += 1
        if is_manifest(entry.name) and not entry.refusal:
            with _unpacked(entry) as path, path.open("rb") as stream:
                manifest = manifest.joined(read_manifest(stream, filename=entry.name[-80:]))

    def files() -> Iterator[Incoming]:
        for entry in archive.entries():
            row = _row(photo_import, entry.place, entry.name, entry.size)
            yield Incoming(row, partial(_unpacked, entry), entry.refusal)

    return Source(total, 0, manifest, files)


@contextmanager
def _unpacked(entry: Entry) -> Iterator[Path]:
    with tempfile.NamedTemporaryFile(prefix="reframe-entry-") as copy:
        try:
            with entry.open() as content:
                copy_capped(content, copy, limit=settings.MAX_UPLOAD_BYTES)
        except BROKEN_ENTRY as error:
            raise InvalidInput("Its entry in the archive is broken.") from error
        yield Path(copy.name)


def copy_capped(source: IO[bytes], target: IO[bytes], *, limit: int) -> int:
    """Copy all of ``source``, or raise `TooLarge` as soon as it is more than ``limit`` bytes."""
    size = 0
    while chunk := source.read(CHUNK):
        size += len(chunk)
        if size > limit:
            raise TooLarge(f"It is larger than {limit / 1024**2:.3g} MiB.", code="too_large")
        _write(target, chunk)
    target.flush()
    return size


def _write(target: IO[bytes], chunk: bytes) -> None:
    try:
        target.write(chunk)
    except OSError as error:
        raise Unavailable("The disk is full; free some space and try again.") from error


def _row(photo_import: PhotoImport, place: int, name: str, size: int) -> ImportedFile:
    shown = one_line(name, 255) or "(no name)"
    row, _ = ImportedFile.objects.get_or_create(
        photo_import=photo_import, entry=place, defaults={"name": shown, "bytes": size}
    )
    row.photo_import = photo_import
    return row
