"""Uploads that nobody submits go after a day, and nothing else does."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.models import Project, User
from catalog.models import ImportedFile, PhotoImport
from catalog.services.abandoned import clear_abandoned_uploads
from catalog.services.importing import close_import, import_archive, stage_file
from core.errors import Conflict
from core.storage import UNFINISHED
from tests.catalog.imports import run, staged
from tests.catalog.pictures import jpeg
from tests.catalog.test_archives import zipped
from workers.tasks import tidy

pytestmark = pytest.mark.django_db
LONG = timedelta(days=1, minutes=1)


def files_in(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


def age(folder: Path, imports: Iterable[PhotoImport] = (), by: timedelta = LONG) -> None:
    """As if it had all happened so long ago."""
    then = timezone.now() - by
    PhotoImport.objects.filter(pk__in=[each.pk for each in imports]).update(changed_at=then)
    for path in folder.rglob("*"):
        os.utime(path, (then.timestamp(), then.timestamp()))


@pytest.fixture
def upload(project: Project, kim: User) -> PhotoImport:
    return staged(project, kim, {"a.jpg": jpeg(1), "b.jpg": jpeg(2)})


def test_an_upload_goes_after_a_day(upload: PhotoImport, media_folder: Path) -> None:
    age(media_folder, [upload])
    assert clear_abandoned_uploads() == {"uploads": 1, "files": 2}
    assert not PhotoImport.objects.exists() and not ImportedFile.objects.exists()
    assert files_in(media_folder) == set() and not list(media_folder.glob("staging/*"))
    assert clear_abandoned_uploads() == {"uploads": 0, "files": 0}


def test_a_late_file_keeps_it_for_another_day(upload: PhotoImport, media_folder: Path) -> None:
    age(media_folder, [upload])
    stage_file(photo_import=upload, name="c.jpg", stream=io.BytesIO(jpeg(3)))
    assert clear_abandoned_uploads() == {"uploads": 0, "files": 0}
    assert len(files_in(media_folder)) == 3


def test_what_was_submitted_stays_however_old(
    project: Project, kim: User, upload: PhotoImport, media_folder: Path
) -> None:
    close_import(photo_import=upload, by=kim)
    archive = io.BytesIO(zipped({"c.jpg": jpeg(3)}))
    job = import_archive(project=project, stream=archive, name="c.zip", by=kim)
    age(media_folder, PhotoImport.objects.all())
    assert clear_abandoned_uploads() == {"uploads": 0, "files": 0}
    assert run(job).result == {"taken": 1}


def test_its_folder_goes_also_when_the_worker_died_in_between(
    upload: PhotoImport, media_folder: Path
) -> None:
    upload.delete()
    assert clear_abandoned_uploads()["files"] == 0  # as young as an archive that is being stored
    age(media_folder)
    assert clear_abandoned_uploads()["files"] == 2


def test_a_file_that_a_killed_process_had_half_written_goes(
    project: Project, kim: User, media_folder: Path
) -> None:
    staged(project, kim, {"a.jpg": jpeg(1)})
    (media_folder / UNFINISHED / "half").write_bytes(jpeg(2)[:100])
    assert clear_abandoned_uploads()["files"] == 0  # it may still be being written
    age(media_folder)
    assert clear_abandoned_uploads()["files"] == 1
    assert len(files_in(media_folder)) == 1  # the upload, whose last change is recent


def test_who_comes_back_too_late_is_told(
    upload: PhotoImport, kim: User, media_folder: Path
) -> None:
    age(media_folder, [upload])
    tidy()
    with pytest.raises(Conflict, match="begin another"):
        close_import(photo_import=upload, by=kim)
    with pytest.raises(Conflict):
        stage_file(photo_import=upload, name="c.jpg", stream=io.BytesIO(jpeg(3)))
    assert files_in(media_folder) == set()


def test_the_clock_calls_it() -> None:
    entry = settings.CELERY_BEAT_SCHEDULE["tidy"]
    assert entry["task"] == tidy.name and entry["schedule"] <= 24 * 3600
