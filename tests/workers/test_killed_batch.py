"""A worker killed in the middle of a batch: every photo ends, none is drafted twice."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from accounts.models import Project, User
from annotation.models import BatchState, Draft, DraftBatch
from core import jobs
from core.embedded import postgres
from core.models import Job
from tests.servers.openai_like import OpenAILike
from tests.workers.drafts import LONG_AGO, endpoint, job_of, started, stored_photos

COUNT, LANES = 60, 6
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


def picture_of(body: dict[str, Any]) -> str:
    """What tells the photos apart in the server's log."""
    parts = body["messages"][-1]["content"]
    return next(str(part["image_url"]["url"]) for part in parts if part["type"] == "image_url")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_kills_lose_nothing_and_double_nothing(
    project: Project, kim: User, server: OpenAILike, eventually: Callable[..., None]
) -> None:
    source = endpoint(server, project, kim, "slow", parallel=LANES)
    batch = started(stored_photos(project, kim, COUNT), kim, source=source)
    job = job_of(batch)
    for enough in (10, 30):
        process = start_worker(job, server)
        eventually(lambda enough=enough: Draft.objects.count() >= enough)
        kill(process)
    last = start_worker(job, server)
    eventually(lambda: DraftBatch.objects.get(pk=batch.pk).state == BatchState.DONE)
    assert last.wait(30) == 0
    check(batch, server)


def check(batch: DraftBatch, server: OpenAILike) -> None:
    """One draft per photo; only what was with the model at a kill was asked for once more."""
    assert set(batch.requests.values_list("state", flat=True)) == {"drafted"}
    assert Draft.objects.count() == Draft.objects.values("photo").distinct().count() == COUNT
    assert all(draft.verdicts.count() == 1 for draft in Draft.objects.all())
    asked = Counter(picture_of(body) for body in server.requests)
    assert len(asked) == COUNT
    assert sum(asked.values()) - COUNT <= 2 * LANES
    claims = sum(batch.requests.values_list("epoch", flat=True))
    assert claims - COUNT <= 2 * LANES
