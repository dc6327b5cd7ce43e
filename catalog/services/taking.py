"""One file of an import becomes a photo, is recognised, or is refused: exactly once.

The files are stored first, under keys made of their content, so that storing them again is
harmless. Then one transaction settles the row of the import by a conditional UPDATE and writes the
photo with it: a worker that dies leaves either both or neither.
"""

from __future__ import annotations

import io
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import IO

from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.models import Project
from catalog.models import ImportedFile, ImportedFileState, Photo, PhotoState, Rendition
from catalog.selectors.wording import one_line
from catalog.services.credits import Credit
from catalog.services.grouping import join_group
from catalog.services.preparing import Prepared, Smaller, content_hash, prepare
from core.errors import InvalidInput, TooLarge, Unavailable
from core.storage import write_file

MAX_TRIES = 2
KILLER = "Reading this file stopped the worker twice; it is left out."


def take_file(*, file: ImportedFile, path: Path, credit: Credit) -> None:
    """Settle one waiting file from its bytes at ``path``; does nothing if it is settled already."""
    if not _begin(file):
        return
    try:
        _take(file, path, credit)
    except (InvalidInput, TooLarge) as error:
        settle(file=file, state=ImportedFileState.REFUSED, reason=str(error))
    except Unavailable:  # the storage's fault, not the file's: it is tried again with the job
        ImportedFile.objects.filter(pk=file.pk).update(tries=F("tries") - 1)
        raise


def settle(
    *,
    file: ImportedFile,
    state: ImportedFileState,
    reason: str = "",
    photo: Photo | None = None,
) -> bool:
    """Write how a waiting file ended; False if somebody else already has."""
    waiting = ImportedFile.objects.filter(pk=file.pk, state=ImportedFileState.WAITING)
    return bool(waiting.update(state=state, reason=reason[:300], photo=photo))


def _begin(file: ImportedFile) -> bool:
    waiting = ImportedFile.objects.filter(pk=file.pk, state=ImportedFileState.WAITING)
    if waiting.filter(tries__lt=MAX_TRIES).update(tries=F("tries") + 1):
        return True
    # A file that kills its reader (a decoder's fault) must not stop the others for ever.
    settle(file=file, state=ImportedFileState.REFUSED, reason=KILLER)
    return False


def _take(file: ImportedFile, path: Path, credit: Credit) -> None:
    project = file.photo_import.project
    digest = content_hash(path)
    known = Photo.objects.filter(project=project, content_hash=digest).first()
    if known is not None:
        if known.state == PhotoState.BROKEN:
            _mend(known, path)
        settle(file=file, state=ImportedFileState.KNOWN, photo=known)
        return
    prepared = prepare(path)
    photo = _new_photo(file, digest, prepared, credit)
    with path.open("rb") as original:
        photo.original = _store(original_key(project, digest, prepared.header.ending), original)
    renditions = [_store_rendition(project, digest, each) for each in prepared.renditions]
    photo.bytes = path.stat().st_size
    _write(file, photo, renditions)


def _mend(photo: Photo, path: Path) -> None:
    """Put back the files of a photo that lost them: the same content has come in again."""
    with path.open("rb") as original:
        _replace(photo.original, original)
    smaller = {each.size: each for each in prepare(path).renditions}
    for each in Rendition.objects.filter(photo=photo, size__in=smaller):
        _replace(each.key, io.BytesIO(smaller[each.size].content))
    broken = Photo.objects.filter(pk=photo.pk, state=PhotoState.BROKEN)
    broken.update(state=PhotoState.READY, error="")


def _replace(key: str, content: IO[bytes]) -> None:
    # What lies there may be damaged, and a name that is taken would not be written over.
    default_storage.delete(key)
    write_file(key, content)


def original_key(project: Project, digest: str, ending: str) -> str:
    """Where a photo's file lies: by project and content, never by a name from outside."""
    return f"projects/{project.pk}/originals/{digest[:2]}/{digest}.{ending}"


def rendition_key(project: Project, digest: str, size: int) -> str:
    """Where a rendition lies."""
    return f"projects/{project.pk}/renditions/{digest[:2]}/{digest}-{size}.jpg"


def _new_photo(file: ImportedFile, digest: str, prepared: Prepared, credit: Credit) -> Photo:
    head = prepared.header
    stem = one_line(PurePosixPath(file.name.replace("\\", "/")).stem, 200)
    return Photo(
        project=file.photo_import.project,
        state=PhotoState.READY,
        content_hash=digest,
        phash=prepared.phash,
        media_type=head.media_type,
        width=head.size[0],
        height=head.size[1],
        orientation=head.orientation,
        facts=prepared.facts,
        imported_by_id=file.photo_import.by_id,
        **(asdict(credit) | {"title": credit.title or stem}),
    )


def _store_rendition(project: Project, digest: str, each: Smaller) -> Rendition:
    key = _store(rendition_key(project, digest, each.size), io.BytesIO(each.content))
    return Rendition(
        size=each.size, key=key, width=each.width, height=each.height, bytes=len(each.content)
    )


def _store(key: str, content: IO[bytes]) -> str:
    # A key names its content, and files appear whole: what is there is what we would write.
    return key if default_storage.exists(key) else write_file(key, content)


@transaction.atomic
def _write(file: ImportedFile, photo: Photo, renditions: list[Rendition]) -> None:
    if not settle(file=file, state=ImportedFileState.TAKEN):
        return
    try:
        with transaction.atomic():
            photo.save(force_insert=True)
    except IntegrityError:
        # The same content came in beside us and was first.
        known = Photo.objects.get(project=photo.project, content_hash=photo.content_hash)
        ImportedFile.objects.filter(pk=file.pk).update(state=ImportedFileState.KNOWN, photo=known)
        return
    for rendition in renditions:
        rendition.photo = photo
    Rendition.objects.bulk_create(renditions)
    join_group(photo)
    ImportedFile.objects.filter(pk=file.pk).update(photo=photo)
