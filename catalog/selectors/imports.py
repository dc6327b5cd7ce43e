"""Imports of a project with what became of their files."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from accounts.models import Project, User
from catalog.kinds import TAKE_FILES
from catalog.models import ImportedFile, ImportedFileState, PhotoImport
from core.errors import NotFound
from core.models import Job


@dataclass(frozen=True)
class ImportRow:
    """An import and the job that takes its files, if it was closed."""

    photo_import: PhotoImport
    job: Job | None


def imports_of(project: Project) -> QuerySet[PhotoImport]:
    """All imports, latest first, each with ``taken``, ``known``, ``refused``, ``waiting`` counts."""
    counts = {
        state.value: Count("files", filter=Q(files__state=state)) for state in ImportedFileState
    }
    rows = PhotoImport.objects.filter(project=project).select_related("by", "project")
    return rows.annotate(**counts).order_by("-pk")


def import_in(project: Project, import_id: int) -> PhotoImport:
    """One import of the project, or `NotFound`, the same for one of another project."""
    found = imports_of(project).filter(pk=import_id).first()
    if found is None:
        raise NotFound("There is no such import in this project.")
    return found


def open_upload_of(project: Project, person: User) -> PhotoImport | None:
    """The upload the person has begun here and not closed."""
    return imports_of(project).filter(by=person, way="upload", is_closed=False).first()


def with_jobs(imports: list[PhotoImport]) -> list[ImportRow]:
    """Each import with its job, in one query."""
    subjects = [f"photoimport/{each.pk}" for each in imports]
    found = Job.objects.filter(kind=TAKE_FILES.name, subject__in=subjects).select_related("owner")
    jobs = {job.subject: job for job in found.order_by("created_at")}
    return [ImportRow(each, jobs.get(f"photoimport/{each.pk}")) for each in imports]


def files_of(photo_import: PhotoImport) -> QuerySet[ImportedFile]:
    """Its files: refused ones first, then in the order they came."""
    refused = Q(state=ImportedFileState.REFUSED)
    rows = ImportedFile.objects.filter(photo_import=photo_import)
    return rows.alias(is_bad=refused).order_by("-is_bad", "pk")
