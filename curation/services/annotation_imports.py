"""Beginning and undoing an import of annotations; a job does the work."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import IO

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from pydantic import ValidationError

from accounts.models import Project, User
from accounts.roles import Right, require
from catalog.selectors.wording import one_line
from catalog.services.archives import check_archive
from catalog.services.importing import checked_place, import_archive, import_folder
from core import audit, jobs
from core.errors import InvalidInput, NotAllowed, TooLarge
from core.storage import write_file
from curation import kinds
from curation.importers import Options, registry
from curation.models import AnnotationImport
from curation.rules import as_problem
from curation.services.import_files import ARCHIVES

MAX_FILES = 100


def subject_of(found: AnnotationImport) -> str:
    """The path under which an import's job is filed."""
    return f"annotationimport/{found.pk}"


def start_annotation_import(
    *,
    project: Project,
    importer: str,
    files: Sequence[tuple[str, IO[bytes]]] = (),
    folder: Path | str | None = None,
    options: Mapping[str, object] | None = None,
    title: str = "",
    with_photos: bool = False,
    photos_from: str = "",
    by: User,
) -> AnnotationImport:
    """Import annotation files (name and seekable stream each), or those of a folder of the server
    below ``IMPORT_ROOTS`` or of ``s3://bucket/folder`` below ``IMPORT_BUCKETS``.

    Archives among the files are looked into. For a person who may, ``with_photos`` imports the photos
    of the folder or the archives, too, and ``photos_from`` those of another folder. `InvalidInput`, `TooLarge` or `NotAllowed` when they
    cannot be taken; what stands in them is checked by the job.
    """
    checked = checked_options(importer, options)
    place = checked_place(folder)[1] if folder is not None else ""
    _check_files(files, place)
    if with_photos or photos_from:
        require(by, Right.IMPORT_PHOTOS, project)
    if with_photos:
        _check_photos(files, place)
    if photos_from:
        _check_photos_from(photos_from)
    found = AnnotationImport(
        project=project, importer=importer, options=checked.model_dump(mode="json"), folder=place,
        title=one_line(title or _title(files, place), 200), by=by,
    )  # fmt: skip
    is_begun = False
    try:
        _store_files(found, files)
        with transaction.atomic():
            _begin(found)
            if with_photos:
                _import_photos(found, files, place)
            if photos_from:
                import_folder(project=project, folder=photos_from, by=by)
        is_begun = True
    finally:
        if not is_begun:
            discard_files(found)
    return found


def _store_files(found: AnnotationImport, files: Sequence[tuple[str, IO[bytes]]]) -> None:
    room = f"staging/annotations/{uuid.uuid4().hex}"
    for number, (name, stream) in enumerate(files):
        key = write_file(f"{room}/{number}", stream)
        size = stream.seek(0, 2)
        found.files.append({"name": one_line(name, 255), "key": key, "bytes": size})


def checked_options(importer: str, options: Mapping[str, object] | None) -> Options:
    """The options of a format; `InvalidInput` names the field that is wrong."""
    plugin = registry.get(importer)
    try:
        return plugin.options_model.model_validate(dict(options or {}))
    except ValidationError as error:
        raise as_problem(error, plugin.options_model) from None


def discard_files(found: AnnotationImport) -> None:
    """Remove what was stored until the import had ended."""
    for file in found.files:
        with suppress(FileNotFoundError):
            default_storage.delete(file["key"])


def _check_photos(files: Sequence[tuple[str, IO[bytes]]], place: str) -> None:
    if not place and not any(_is_archive(name) for name, _ in files):
        words = (
            "Photos come along in an archive or a folder of the server or of a bucket; send one, or "
            "import them"
        )
        raise InvalidInput(f"{words} on the page of photos.", field="with_photos")


def _check_photos_from(place: str) -> None:
    try:
        checked_place(place)
    except (InvalidInput, NotAllowed) as error:
        raise type(error)(error.message, field="photos_from") from error


def _import_photos(
    found: AnnotationImport, files: Sequence[tuple[str, IO[bytes]]], place: str
) -> None:
    if found.by is None:
        return
    if place:
        import_folder(project=found.project, folder=place, by=found.by)
    for name, stream in files:
        if _is_archive(name):
            stream.seek(0)
            import_archive(project=found.project, stream=stream, name=name, by=found.by)


def _is_archive(name: str) -> bool:
    return name.lower().endswith(ARCHIVES)


def _begin(found: AnnotationImport) -> None:
    found.save(force_insert=True)
    scope, subject = found.project.scope, subject_of(found)
    audit.record(
        actor=found.by, verb="annotations.import", scope=scope, target=subject,
        importer=found.importer, files=len(found.files), folder=found.folder,
    )  # fmt: skip
    jobs.start(
        kinds.IMPORT_ANNOTATIONS, by=found.by, scope=scope, subject=subject, key=subject,
        params={"import": found.pk},
    )  # fmt: skip


def _check_files(files: Sequence[tuple[str, IO[bytes]]], place: str) -> None:
    if bool(files) == bool(place):
        raise InvalidInput("Send files, or name a folder of the server.", field="files")
    if len(files) > MAX_FILES:
        words = f"At most {MAX_FILES} files come at once. Put more of them into one archive."
        raise TooLarge(words, field="files")
    if len({name for name, _ in files}) < len(files):
        raise InvalidInput("Two of the files have the same name.", field="files")
    for name, stream in files:
        limit = settings.MAX_ARCHIVE_BYTES if _is_archive(name) else settings.MAX_UPLOAD_BYTES
        size = stream.seek(0, 2)
        stream.seek(0)
        if size > limit:
            words = f"{name[:80]!r} is larger than {limit / 1024**2:.4g} MiB, the largest allowed."
            raise TooLarge(words, field="files")
        if not size:
            raise InvalidInput(f"{name[:80]!r} is empty.", field="files")
        if _is_archive(name):
            check_archive(stream)


def _title(files: Sequence[tuple[str, IO[bytes]]], place: str) -> str:
    return PurePosixPath(place).name if place else ", ".join(name for name, _ in files[:3])
