"""Workers killed in the middle of a batch at an endpoint that fails now and then: every photo ends
as drafted or as a failure in words, none is drafted twice, and no token gets lost."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import Count

from accounts.models import User
from annotation.models import BatchState, Draft, DraftBatch
from annotation.selectors.draft_batches import batch_costs
from catalog.models import Photo
from core import jobs
from core.embedded import postgres
from core.models import Job
from tests.servers.openai_like import OpenAILike
from tests.workers.drafts import LONG_AGO, endpoint, job_of, like_photos, started

COUNT, LANES = 1000, 16
WORKER = """
import time, django
django.setup()
from core.models import Job
from workers.tasks import run_job
while not Job.objects.get(pk="{job}").has_ended:
    run_job("{job}")
    time.sleep(0.1)
"""


def start_worker(job: Job, server: OpenAILike) -> subprocess.Popen[bytes]:
    """A process that does the job by the real task, over and over until it has ended."""
    url = postgres.url(Path(settings.VAR_DIR), connection.settings_dict["NAME"])
    told = {"DATABASE_URL": url, "ALLOWED_LOCAL_ENDPOINTS": server.host_port, "DRAFT_LEASE_S": "2"}
    command = [sys.executable, "-c", WORKER.format(job=job.pk)]
    return subprocess.Popen(command, env={**os.environ, **told})


def kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    Job.objects.filter(state="running").update(lease_until=LONG_AGO)
    assert jobs.sweep()["freed"] == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_kills_and_a_shaky_endpoint_lose_nothing_and_double_nothing(
    photo: Photo, kim: User, server: OpenAILike, eventually: Callable[..., None]
) -> None:
    server.slow_s = 0.02
    source = endpoint(server, photo.project, kim, "shaky", parallel=LANES)
    batch = started(like_photos(photo, COUNT), kim, source=source)
    job = job_of(batch)
    for enough in (150, 500):
        process = start_worker(job, server)
        eventually(lambda enough=enough: Draft.objects.count() >= enough)
        kill(process)
    last = start_worker(job, server)
    eventually(lambda: DraftBatch.objects.get(pk=batch.pk).state == BatchState.DONE, seconds=120)
    assert last.wait(30) == 0
    check_rows(batch)
    check_tokens(batch, server)


def check_rows(batch: DraftBatch) -> None:
    """A draft with one verdict, or a reason, for each photo."""
    states = Counter(batch.requests.values_list("state", flat=True))
    assert set(states) == {"drafted", "failed"} and states["failed"] >= COUNT // 20
    assert not batch.requests.filter(state="failed", reason="").exists()
    drafts = Draft.objects.annotate(checks=Count("verdicts"))
    assert set(drafts.values_list("checks", flat=True)) == {1}
    assert drafts.count() == drafts.values("photo").distinct().count() == states["drafted"]


def check_tokens(batch: DraftBatch, server: OpenAILike) -> None:
    """Only what was with the model at a kill was asked for once more, and is not in the books."""
    lost = server.usage["prompt_tokens"] - batch_costs(batch).tokens_in
    assert 0 <= lost <= 2 * LANES * 100
