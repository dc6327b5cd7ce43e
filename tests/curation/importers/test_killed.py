"""A worker process killed in the middle of an import: it goes on where it was, nothing twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from accounts.models import Project, User
from catalog.models import Crop
from core.embedded import postgres
from core.jobs import sweep
from core.models import Job
from curation.models import AnnotationImport, Score, SourceBox, SourcePhoto
from tests.curation.importers.build import job_of, started
from tests.jobs import run
from tests.make import make_photo

PHOTOS, BOXES = 150, 10
WORKER = """
import django
django.setup()
from core.jobs import run_claimed
from core.jobs.running import claim
from curation.services import annotation_importing, attaching
from workers.handlers import handler_of
annotation_importing.ROWS_AT_ONCE = 20
attaching.PHOTOS_AT_ONCE = 2
run = claim("{job}")
run_claimed(run, handler_of(run.job.kind))
"""
pytestmark = pytest.mark.django_db(transaction=True)


def start_worker(job: Job) -> subprocess.Popen[bytes]:
    url = postgres.url(Path(settings.VAR_DIR), connection.settings_dict["NAME"])
    command = [sys.executable, "-c", WORKER.format(job=job.pk)]
    return subprocess.Popen(command, env={**os.environ, "DATABASE_URL": url})


def kill_when(job: Job, reached: Callable[[], bool], eventually: Callable[..., None]) -> None:
    """Start a worker, kill it as soon as this is so, free the job."""
    process = start_worker(job)
    try:
        eventually(reached)
    finally:
        process.kill()
        process.wait()
    Job.objects.filter(pk=job.pk).update(lease_until="2020-01-01T00:00Z")
    assert sweep()["freed"] == 1


def a_file() -> dict[str, str]:
    boxes = [[10 * at, 5, 10 * at + 200, 700] for at in range(BOXES)]
    scores = [1 + at / 10 for at in range(BOXES)]
    photos = {f"{number}.jpg": {"bbox": boxes, "score": scores} for number in range(PHOTOS)}
    return {"image_crop.json": json.dumps(photos)}


def test_it_goes_on_where_it_was(
    project: Project, kim: User, eventually: Callable[..., None]
) -> None:
    for number in range(PHOTOS):
        make_photo(project, title=f"{number}.jpg")
    found = started(project, kim, "gaicd", a_file())
    job = job_of(found)
    kill_when(job, lambda: SourcePhoto.objects.count() > 0, eventually)
    found.refresh_from_db()
    assert (found.state, found.position) == ("writing", SourcePhoto.objects.count())
    kill_when(job, lambda: Crop.objects.count() > 0, eventually)
    assert run(Job.objects.get(pk=job.pk)).state == "succeeded"
    assert AnnotationImport.objects.get().counts["boxes"] == PHOTOS * BOXES
    assert SourceBox.objects.count() == SourceBox.objects.exclude(crop=None).count()
    assert Crop.objects.count() == Score.objects.count() == PHOTOS * BOXES
