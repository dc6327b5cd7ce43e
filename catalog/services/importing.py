"""Photos come in: by upload, from a folder of the server or of a bucket, or in an archive.

An import is opened, given files, and closed; a job then takes its files one by one. Every file
ends as a photo, as one already here, or as a refusal with its reason. The job may die and run again
at any point.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from accounts.models import Project, User
from catalog.kinds import TAKE_FILES
from catalog.models import ImportedFile, ImportedFileState, PhotoImport
from catalog.selectors.wording import one_line
from catalog.services.archives import check_archive
from catalog.services.buckets import allowed_bucket, is_bucket
from catalog.services.credits import Credit, Manifest, is_manifest, read_manifest
from catalog.services.sources import Incoming, allowed_folder, open_source
from catalog.services.taking import settle, take_file
from core import audit
from core.errors import Conflict, InvalidInput, NotFound, TooLarge
from core.jobs import JobRun, start
from core.models import Job
from core.storage import write_file

MAX_FILES = 20_000
WAYS = ("upload", "folder", "archive", "api", "bucket")
CLOSED = "This import is closed already; begin another one for further files."


def open_import(
    *,
    project: Project,
    way: str,
    by: User,
    title: str = "",
    defaults: Mapping[str, object] | None = None,
) -> PhotoImport:
    """Begin an import. ``defaults`` holds author, licence and source for photos without their own."""
    if way not in WAYS:
        raise InvalidInput(f"An import comes by {', '.join(WAYS)}.", field="way")
    given = asdict(Credit.of(defaults or {}))
    given.pop("title")
    return PhotoImport.objects.create(
        project=project, way=way, by=by, title=one_line(title, 200), defaults=given
    )


@transaction.atomic
def open_upload(*, project: Project, by: User) -> PhotoImport:
    """The upload this person has begun here and not closed, or a new one."""
    # Many files of one drop arrive at once; they must meet in one import.
    User.objects.select_for_update().get(pk=by.pk)
    found = PhotoImport.objects.filter(project=project, by=by, way="upload", is_closed=False)
    return found.order_by("-pk").first() or open_import(project=project, way="upload", by=by)


@transaction.atomic
def set_defaults(*, photo_import: PhotoImport, defaults: Mapping[str, object]) -> PhotoImport:
    """Author, licence and source of an import that is still open; `Conflict` once it is closed."""
    given = asdict(Credit.of(defaults))
    given.pop("title")
    still_open = PhotoImport.objects.filter(pk=photo_import.pk, is_closed=False)
    if not still_open.update(defaults=given, changed_at=timezone.now()):
        raise Conflict(CLOSED)
    photo_import.defaults = given
    return photo_import


def stage_file(*, photo_import: PhotoImport, name: str, stream: IO[bytes]) -> ImportedFile:
    """Store one file until the import is closed; ``stream`` must be seekable.

    A file named ``manifest.csv`` or ``manifest.jsonl`` is read at once as the manifest.
    Raises `TooLarge`, `InvalidInput` (empty file, broken manifest) or `Conflict` (import closed).
    """
    size = _checked_size(stream, settings.MAX_UPLOAD_BYTES)
    shown, state = one_line(name, 255) or "(no name)", ImportedFileState.WAITING
    if is_manifest(shown):
        read_manifest(stream, filename=shown)
        state = ImportedFileState.MANIFEST
        stream.seek(0)
    key = write_file(f"staging/{photo_import.pk}/{uuid.uuid4().hex}", stream)
    row = ImportedFile(photo_import=photo_import, name=shown, staged=key, bytes=size, state=state)
    try:
        return _add_file(row)
    except (Conflict, TooLarge):
        default_storage.delete(key)
        raise


@transaction.atomic
def _add_file(row: ImportedFile) -> ImportedFile:
    still_open = PhotoImport.objects.select_for_update().filter(
        pk=row.photo_import_id, is_closed=False
    )
    if not still_open.exists():
        raise Conflict(CLOSED)
    if ImportedFile.objects.filter(photo_import=row.photo_import_id).count() >= MAX_FILES:
        raise TooLarge(f"An import takes {MAX_FILES:,} files at most. Begin another one.")
    still_open.update(changed_at=timezone.now())
    row.save(force_insert=True)
    return row


@transaction.atomic
def close_import(*, photo_import: PhotoImport, by: User) -> Job:
    """No more files; start taking them. Closing again gives the same job back."""
    waiting = ImportedFile.objects.filter(
        photo_import=photo_import, state=ImportedFileState.WAITING
    )
    won = PhotoImport.objects.filter(pk=photo_import.pk, is_closed=False).update(is_closed=True)
    if not won:
        job = Job.objects.filter(kind=TAKE_FILES.name, subject=subject_of(photo_import)).first()
        if job is None:
            raise Conflict(CLOSED)
        return job
    if not waiting.exists():
        raise InvalidInput("There is no photo in this import yet. Add files first.", field="file")
    return _start(photo_import, by=by, files=waiting.count())


def import_folder(
    *, project: Project, folder: Path | str, by: User, defaults: Mapping[str, object] | None = None
) -> Job:
    """Import every photo below a folder of the server that lies under ``IMPORT_ROOTS``, or below
    ``s3://bucket/folder`` under ``IMPORT_BUCKETS``."""
    way, place, title = checked_place(folder)
    with transaction.atomic():
        photo_import = open_import(project=project, way=way, by=by, title=title, defaults=defaults)
        PhotoImport.objects.filter(pk=photo_import.pk).update(folder=place, is_closed=True)
        return _start(photo_import, by=by, folder=place)


def checked_place(folder: Path | str) -> tuple[str, str, str]:
    """(way, place, title) of a folder or of a folder of a bucket that may be imported from and holds
    something; `InvalidInput`, `NotAllowed` or `Unavailable` say why it may not."""
    if isinstance(folder, str) and is_bucket(folder):
        bucket = allowed_bucket(folder)
        way, place, title = "bucket", str(bucket), bucket.title
    else:
        found = allowed_folder(Path(folder))
        way, place, title = "folder", str(found), found.name
    if len(place) > 500:
        raise InvalidInput("The folder's path is longer than 500 characters.", field="folder")
    if way == "bucket":
        bucket.check()
    return way, place, title


def import_archive(
    *,
    project: Project,
    stream: IO[bytes],
    name: str,
    by: User,
    defaults: Mapping[str, object] | None = None,
) -> Job:
    """Import the photos of a zip or tar file; ``stream`` must be seekable.

    Refused at once when it is no archive, too large, or lists too many entries.
    """
    _checked_size(stream, settings.MAX_ARCHIVE_BYTES)
    check_archive(stream)
    with transaction.atomic():
        photo_import = open_import(
            project=project, way="archive", by=by, title=name, defaults=defaults
        )
        key = write_file(f"staging/{photo_import.pk}/{uuid.uuid4().hex}", stream)
        PhotoImport.objects.filter(pk=photo_import.pk).update(archive=key, is_closed=True)
        return _start(photo_import, by=by, archive=photo_import.title)


def take_files(run: JobRun) -> dict[str, Any]:
    """Handler: settle every waiting file of an import; returns how many ended in which state."""
    photo_import = PhotoImport.objects.select_related("project").get(pk=run.params["import"])
    _sweep_staged(photo_import)
    defaults = Credit.of(photo_import.defaults)
    with open_source(photo_import) as source:
        done = source.done
        for incoming in source.files():
            run.progress(done, source.total)
            _take(incoming, source.manifest, defaults)
            done += 1
        run.progress(done, done)
    _sweep_staged(photo_import, is_last=True)
    return _counts(photo_import)


def subject_of(photo_import: PhotoImport) -> str:
    """The path under which an import's job is filed."""
    return f"photoimport/{photo_import.pk}"


def _take(incoming: Incoming, manifest: Manifest, defaults: Credit) -> None:
    file = incoming.file
    if file.state != ImportedFileState.WAITING:
        return
    if is_manifest(file.name) and not incoming.refusal:
        settle(file=file, state=ImportedFileState.MANIFEST)
    elif incoming.refusal:
        settle(file=file, state=ImportedFileState.REFUSED, reason=incoming.refusal)
    else:
        _take_content(incoming, manifest.credit_of(file.name).over(defaults))
    _discard(file)


def _take_content(incoming: Incoming, credit: Credit) -> None:
    try:
        with incoming.content() as path:
            take_file(file=incoming.file, path=path, credit=credit)
    except (InvalidInput, TooLarge, NotFound) as error:
        state = ImportedFileState.REFUSED
        settle(file=incoming.file, state=state, reason=str(error))


def _discard(file: ImportedFile) -> None:
    if file.staged:
        default_storage.delete(file.staged)
        ImportedFile.objects.filter(pk=file.pk).update(staged="")


def _sweep_staged(photo_import: PhotoImport, *, is_last: bool = False) -> None:
    """Remove staged files that are no longer needed, also those a dead worker left behind."""
    settled = ImportedFile.objects.filter(photo_import=photo_import).exclude(staged="")
    keep = [ImportedFileState.WAITING]
    if not is_last:
        keep.append(ImportedFileState.MANIFEST)
    for file in settled.exclude(state__in=keep):
        _discard(file)
    if is_last:
        PhotoImport.objects.filter(pk=photo_import.pk).update(archive="")
        _clear_staging(photo_import)


def _clear_staging(photo_import: PhotoImport) -> None:
    """The archive, and what a web process that was killed had stored but not yet written down."""
    folder = f"staging/{photo_import.pk}"
    with suppress(FileNotFoundError):
        for name in default_storage.listdir(folder)[1]:
            default_storage.delete(f"{folder}/{name}")


def _counts(photo_import: PhotoImport) -> dict[str, Any]:
    found = ImportedFile.objects.filter(photo_import=photo_import).values("state")
    return {row["state"]: row["n"] for row in found.annotate(n=Count("pk")).order_by("state")}


def _start(photo_import: PhotoImport, *, by: User, **detail: object) -> Job:
    scope, subject = photo_import.project.scope, subject_of(photo_import)
    audit.record(actor=by, verb="photo.import", scope=scope, target=subject, **detail)
    params = {"import": photo_import.pk}
    return start(TAKE_FILES, by=by, scope=scope, subject=subject, params=params, key=subject)


def _checked_size(stream: IO[bytes], limit: int) -> int:
    size = stream.seek(0, 2)
    stream.seek(0)
    if size > limit:
        words = f"The file is larger than {limit / 1024**2:.4g} MiB, the largest allowed."
        raise TooLarge(words, field="file")
    if not size:
        raise InvalidInput("The file is empty.", field="file")
    return size
