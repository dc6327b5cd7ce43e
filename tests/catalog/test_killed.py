"""A worker process killed in the middle of an import: nothing lost, nothing twice."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.models import Project, User
from catalog.models import ImportedFile, LikenessGroup, Photo, Rendition
from catalog.services.importing import close_import
from core.embedded import postgres
from core.jobs import sweep
from core.models import Job
from core.storage import MediaStorage
from tests.catalog.imports import run, staged
from tests.catalog.pictures import jpeg

COUNT = 40
WORKER = """
import django
django.setup()
from catalog.services.importing import take_files
from core.jobs.running import claim, run_claimed
run_claimed(claim("{job}"), take_files)
"""


def start_worker(job: Job) -> subprocess.Popen[bytes]:
    url = postgres.url(Path(settings.VAR_DIR), connection.settings_dict["NAME"])
    command = [sys.executable, "-c", WORKER.format(job=job.pk)]
    return subprocess.Popen(command, env={**os.environ, "DATABASE_URL": url})


@pytest.mark.django_db(transaction=True)
def test_a_killed_import_goes_on_where_it_was(
    project: Project, kim: User, eventually: Callable[..., None], media_folder: Path
) -> None:
    files = {f"{number}.jpg": jpeg(number, (900, 600)) for number in range(COUNT)}
    photo_import = staged(project, kim, files)
    job = close_import(photo_import=photo_import, by=kim)
    process = start_worker(job)
    eventually(lambda: Photo.objects.count() >= 5)
    process.kill()
    process.wait()
    assert 5 <= Photo.objects.count() < COUNT
    Job.objects.update(lease_until="2020-01-01T00:00Z")
    assert sweep()["freed"] == 1
    assert run(job).result == {"taken": COUNT}
    assert len(set(ImportedFile.objects.values_list("photo", flat=True))) == COUNT
    assert (Photo.objects.count(), Rendition.objects.count()) == (COUNT, 2 * COUNT)
    assert LikenessGroup.objects.count() == len(set(Photo.objects.values_list("group", flat=True)))
    # A kill in the middle of writing leaves a half file, which is cleared a day later.
    MediaStorage(media_folder).clear_unfinished(timezone.now())
    assert len([path for path in media_folder.rglob("*") if path.is_file()]) == 3 * COUNT
