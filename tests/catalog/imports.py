"""Running an import in tests: the real services, the job in this process."""

from __future__ import annotations

import io
import time
from collections.abc import Mapping

from accounts.models import Project, User
from catalog.models import ImportedFile, Photo, PhotoImport
from catalog.services.grouping import regroup
from catalog.services.importing import close_import, open_import, stage_file, take_files
from core.jobs.running import claim, run_claimed
from core.models import Job
from tests.catalog.pictures import jpeg

HANDLERS = {"catalog.take_files": take_files, "catalog.regroup": regroup}


def run(job: Job) -> Job:
    """Do a job here and now, as a worker would; wait for a real worker that was quicker."""
    claimed = claim(job.pk)
    if claimed is not None:
        run_claimed(claimed, HANDLERS[job.kind])
    end = time.monotonic() + 60
    job.refresh_from_db()
    while not job.has_ended:
        assert time.monotonic() < end, f"the job is {job.state}: {job.message}"
        time.sleep(0.05)
        job.refresh_from_db()
    return job


def staged(project: Project, by: User, files: Mapping[str, bytes], **defaults: str) -> PhotoImport:
    """An open import with these files."""
    photo_import = open_import(project=project, way="upload", by=by, defaults=defaults)
    for name, content in files.items():
        stage_file(photo_import=photo_import, name=name, stream=io.BytesIO(content))
    return photo_import


def imported(
    project: Project, by: User, files: Mapping[str, bytes], **defaults: str
) -> PhotoImport:
    """A finished import of these files."""
    photo_import = staged(project, by, files, **defaults)
    job = run(close_import(photo_import=photo_import, by=by))
    assert job.state == "succeeded", job.error
    return photo_import


def imported_photo(project: Project, by: User, content: bytes | None = None) -> Photo:
    """One photo, imported."""
    photo_import = imported(project, by, {"pier.jpg": content or jpeg(1)})
    return Photo.objects.get(pk=ImportedFile.objects.get(photo_import=photo_import).photo_id)


def outcome(photo_import: PhotoImport) -> dict[str, tuple[str, str]]:
    """State and reason of each file by name."""
    rows = ImportedFile.objects.filter(photo_import=photo_import)
    return {row.name: (row.state, row.reason) for row in rows}
