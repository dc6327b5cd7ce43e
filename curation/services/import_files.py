"""The files of an annotation import as paths on this machine: uploads, archives, a folder, a bucket."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import orjson
from django.conf import settings

from catalog.services.archives import open_archive
from catalog.services.archives.entry import Entry, check_total, is_skipped
from catalog.services.buckets import BucketPlace, allowed_bucket, is_bucket
from catalog.services.sources import BROKEN_ENTRY, allowed_folder, copy_capped
from core.errors import InvalidInput, NotFound, TooLarge
from core.storage import local_file
from curation.importers import Files, Importer
from curation.models import AnnotationImport

ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
MAX_FILES = 50_000


@contextmanager
def opened_files(found: AnnotationImport, plugin: type[Importer]) -> Iterator[Files]:
    """Every file that the format may want to read; temporary copies are gone afterwards."""
    with ExitStack() as stack:
        if is_bucket(found.folder):
            room = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="reframe-in-")))
            yield Files(_of_bucket(allowed_bucket(found.folder), room, plugin.endings))
            return
        if found.folder:
            yield Files(_of_folder(allowed_folder(Path(found.folder)), plugin.endings))
            return
        paths: dict[str, Path] = {}
        for file in found.files:
            path = stack.enter_context(local_file(file["key"]))
            if str(file["name"]).lower().endswith(ARCHIVES):
                room = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="reframe-in-")))
                paths |= _of_archive(path, room, plugin.endings)
            else:
                paths[str(file["name"])] = path
        yield Files(paths)


def digest_of(found: AnnotationImport, files: Files) -> str:
    """SHA-256 over the format, its options and every file's name and content."""
    whole = hashlib.sha256(
        orjson.dumps([found.importer, found.options], option=orjson.OPT_SORT_KEYS)
    )
    for name in files.names():
        with files.open(name) as stream:
            whole.update(orjson.dumps([name, hashlib.file_digest(stream, "sha256").hexdigest()]))
    return whole.hexdigest()


def _of_folder(root: Path, endings: tuple[str, ...]) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if not name.lower().endswith(endings) or is_skipped(name):
            continue
        real = path.resolve()
        if real.is_file() and real.is_relative_to(root):
            found[name] = real
        if len(found) > MAX_FILES:
            raise InvalidInput(f"The folder holds more than {MAX_FILES:,} files. Split it.")
    return found


def _of_bucket(place: BucketPlace, room: Path, endings: tuple[str, ...]) -> dict[str, Path]:
    found: dict[str, Path] = {}
    size = 0
    for each in place.objects():
        name = place.name_of(each)
        if not name.lower().endswith(endings):
            continue
        size += each.size
        check_total(size)
        path = room / str(len(found))
        try:
            place.fetch(each, path)
        except (InvalidInput, NotFound, TooLarge) as error:
            raise InvalidInput(f"{name[-80:]!r} in the bucket: {error.message}") from error
        found[name] = path
        if len(found) > MAX_FILES:
            raise InvalidInput(f"The bucket holds more than {MAX_FILES:,} files. Split it.")
    return found


def _of_archive(path: Path, room: Path, endings: tuple[str, ...]) -> dict[str, Path]:
    found: dict[str, Path] = {}
    size = 0
    with open_archive(path) as archive:
        for entry in archive.entries():
            if entry.name.lower().endswith(endings):
                size += entry.size
                check_total(size)
                found[entry.name] = _unpacked(entry, room / str(len(found)))
    return found


def _unpacked(entry: Entry, place: Path) -> Path:
    if entry.refusal:
        raise InvalidInput(f"{entry.name[:80]!r} in the archive: {entry.refusal}", field="file")
    try:
        with entry.open() as content, place.open("wb") as copy:
            copy_capped(content, copy, limit=settings.MAX_UPLOAD_BYTES)
    except BROKEN_ENTRY as error:
        words = f"{entry.name[:80]!r} in the archive is broken."
        raise InvalidInput(words, field="file") from error
    return place
