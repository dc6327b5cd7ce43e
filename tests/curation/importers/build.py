"""Importing annotations in tests: the real services, the job in this process."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from accounts.models import Project, User
from core.models import Job
from curation.importers import Fault, Files, Importer, Record, registry
from curation.models import AnnotationImport
from curation.services.annotation_imports import start_annotation_import, subject_of
from tests.jobs import run

Contents = Mapping[str, str | bytes]


def as_bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def started(
    project: Project, by: User, importer: str, files: Contents, **options: Any
) -> AnnotationImport:
    """An import of these files whose job waits."""
    return start_annotation_import(
        project=project, importer=importer, options=options, by=by,
        files=[(name, io.BytesIO(as_bytes(content))) for name, content in files.items()],
    )  # fmt: skip


def job_of(found: AnnotationImport) -> Job:
    return Job.objects.get(subject=subject_of(found))


def worked_off(found: AnnotationImport) -> AnnotationImport:
    """The import after its job."""
    run(job_of(found))
    found.refresh_from_db()
    return found


def imported(
    project: Project, by: User, importer: str, files: Contents, **options: Any
) -> AnnotationImport:
    """A finished import of these files."""
    found = worked_off(started(project, by, importer, files, **options))
    assert found.state == "done", job_of(found).error
    return found


def faults(found: AnnotationImport) -> list[tuple[int, str]]:
    """(line, message) of what is wrong."""
    return list(found.faults.order_by("pk").values_list("line", "message"))


def reader(
    name: str, files: Contents, room: Path, options: Mapping[str, Any] | None = None
) -> Importer:
    """The plug-in over these files."""
    paths = {}
    for number, (file, content) in enumerate(files.items()):
        paths[file] = room / str(number)
        paths[file].write_bytes(as_bytes(content))
    plugin = registry.get(name)
    return plugin(Files(paths), plugin.options_model.model_validate(dict(options or {})))


def read(
    name: str, files: Contents, room: Path, options: Mapping[str, Any] | None = None
) -> list[Record | Fault]:
    """What the plug-in makes of these files."""
    return list(reader(name, files, room, options).records())
