"""Answers that come while scores are computed: none is overlooked."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.db.models import Avg, Count

from accounts.models import Project, User
from annotation.models import Campaign, Item, Rating
from core.jobs.running import claim, run_claimed
from core.models import Job, JobState
from curation.models import Score
from tests.curation.build import answer_all, campaign_over, photo_with_crops, work_off
from tests.make import make_member
from workers.handlers import handler_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def work(campaign: Campaign, person: User, grade: int) -> None:
    photos = campaign.items.values_list("photo_id", flat=True)
    try:
        answer_all(campaign, person, {photo: [grade, 3, 2, 1] for photo in photos})
    finally:
        connection.close()


def score_now() -> None:
    """Do one waiting job at once, unless another thread is quicker."""
    try:
        job = Job.objects.filter(state=JobState.QUEUED).first()
        Job.objects.filter(pk=getattr(job, "pk", None)).update(not_before=None)
        run = claim(job.pk) if job else None
        if run is not None:
            run_claimed(run, handler_of(run.job.kind))
    finally:
        connection.close()


def test_every_answer_ends_in_its_score(project: Project) -> None:
    people = [make_member(project, f"Expert {n}", "expert") for n in range(5)]
    campaign = campaign_over([photo_with_crops(project) for _ in range(6)], overlap=5)
    with ThreadPoolExecutor(8) as pool:
        answering = [pool.submit(work, campaign, p, n + 1) for n, p in enumerate(people)]
        while not all(each.done() for each in answering):
            for scoring in [pool.submit(score_now) for _ in range(3)]:
                scoring.result()
        for each in answering:
            each.result()
    work_off()
    assert not Item.objects.filter(scores_due=True).exists()
    assert set(Job.objects.values_list("state", flat=True)) == {JobState.SUCCEEDED}
    given = Rating.objects.values_list("crop_id").annotate(Avg("value"), Count("id"))
    assert set(Score.objects.filter(method="mos").values_list("crop_id", "value", "n")) == set(
        given
    )
    assert Score.objects.filter(n=5, method="mos").count() == 24
