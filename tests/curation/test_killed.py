"""A worker killed in the middle: no mark is lost, no half version or export stays.

The test holds a lock that the worker needs, waits until it stands there, and kills it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction

from accounts.models import Project, User
from annotation.models import Item
from catalog.models import Photo
from core.embedded import postgres
from core.jobs import sweep
from core.models import Job
from curation.models import Sample, Score, VersionState
from curation.services.freezing import freeze_version
from tests.curation.build import (
    answer_all,
    campaign_over,
    dataset_of,
    photo_with_crops,
    score_of,
    scored_photos,
    work_off,
)

pytestmark = pytest.mark.django_db(transaction=True)
WORKER = """
import django
django.setup()
from core.jobs import run_claimed
from core.jobs.running import claim
from workers.handlers import handler_of
run = claim("{job}")
run_claimed(run, handler_of(run.job.kind))
"""
WAITERS = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


def kill_behind(block: Callable[[], object], job: Job, eventually: Callable[..., None]) -> None:
    """Start a worker on the job, kill it where it waits for what ``block`` holds, free the job."""
    Job.objects.filter(pk=job.pk).update(not_before=None)
    url = postgres.url(Path(settings.VAR_DIR), connection.settings_dict["NAME"])
    command = [sys.executable, "-c", WORKER.format(job=job.pk)]
    with transaction.atomic():
        block()
        process = subprocess.Popen(command, env={**os.environ, "DATABASE_URL": url})
        try:
            eventually(lambda: waiting() > 0)
        finally:
            process.kill()
            process.wait()
            transaction.set_rollback(True)
    eventually(lambda: waiting() == 0)
    Job.objects.filter(pk=job.pk).update(lease_until="2020-01-01T00:00Z")
    assert sweep()["freed"] == 1


def waiting() -> int:
    with connection.cursor() as cursor:
        # Inside a transaction PostgreSQL shows what it saw at first.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(WAITERS)
        return int(cursor.fetchone()[0])


def test_a_mark_survives_the_worker_that_cleared_it(
    project: Project, ben: User, eventually: Callable[..., None]
) -> None:
    photo = photo_with_crops(project)
    answer_all(campaign_over([photo], overlap=1), ben, {photo.pk: [5, 4, 2, 1]})
    job = Job.objects.get(kind="annotation.responses_arrived")
    # A score in the same place: the worker has cleared the mark and waits to see whether it stays.
    kill_behind(lambda: made_up_score(photo), job, eventually)
    assert Item.objects.get().scores_due and not Score.objects.exists()
    work_off()
    assert not Item.objects.get().scores_due and score_of(photo, 0).value == 5


def made_up_score(photo: Photo) -> Score:
    crop = photo.crops.order_by("pk").last()
    return Score.objects.create(
        project=photo.project, kind="crop", photo=photo, crop=crop, value=9, n=1
    )


def test_a_killed_build_leaves_no_sample_and_is_built_again(
    project: Project, ben: User, eve: User, kim: User, eventually: Callable[..., None]
) -> None:
    photo = scored_photos(project, [ben, eve], 3)[0]
    version = freeze_version(dataset=dataset_of(project, kim), rules={}, by=kim)
    # A row with the same place: the worker has written two and waits to see whether this one stays.
    third = Sample(version=version, index=2, kind="sft_crop", split="train", photo=photo, data={})
    kill_behind(third.save, Job.objects.get(kind="curation.freeze"), eventually)
    version.refresh_from_db()
    assert version.state == VersionState.BUILDING and not Sample.objects.exists()
    work_off()
    version.refresh_from_db()
    assert version.state == VersionState.FROZEN
    assert version.samples.count() == sum(version.counts.values()) > 0
