"""Background jobs: sent after commit, claimed once, fenced, swept, cancelled, run again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from core import jobs
from core.errors import Conflict, InvalidInput, Unavailable
from core.jobs.running import claim
from core.models import Job, JobState

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
COUNT = jobs.kind("tests.count", "Count", max_attempts=2)


def started(**fields: Any) -> Job:
    return jobs.start(COUNT, by=None, scope="project/1", **fields)


def run(job: Job, handler: Any) -> Job:
    found = claim(job.pk)
    assert found is not None
    jobs.run_claimed(found, handler)
    job.refresh_from_db()
    return job


def test_a_job_runs_and_keeps_its_result() -> None:
    job = run(started(params={"to": 3}), lambda run: {"counted": run.params["to"]})
    assert (job.state, job.result, job.epoch) == (JobState.SUCCEEDED, {"counted": 3}, 1)


def test_a_job_is_claimed_once() -> None:
    job = started()
    assert claim(job.pk) is not None
    assert claim(job.pk) is None


def test_a_rolled_back_start_leaves_nothing() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        started()
        raise RuntimeError
    assert not Job.objects.exists()


def test_the_same_key_joins_a_waiting_job_but_not_a_running_one() -> None:
    first = started(key="a")
    assert started(key="a").pk == first.pk
    claim(first.pk)
    assert started(key="a").pk != first.pk


def test_a_worker_that_lost_its_lease_writes_nothing() -> None:
    job = started()
    old = claim(job.pk)
    assert old is not None
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    jobs.sweep()
    new = claim(job.pk)
    assert new is not None
    assert not old.finish(JobState.SUCCEEDED)
    assert new.finish(JobState.SUCCEEDED)


def test_a_takeover_stops_the_old_run_at_its_next_word() -> None:
    job = started()

    def handler(run: jobs.JobRun) -> None:
        Job.objects.filter(pk=job.pk).update(epoch=9)
        run.check()
        raise AssertionError("it should have stopped")

    assert run(job, handler).state == JobState.RUNNING


def test_the_sweep_gives_up_after_the_last_attempt() -> None:
    job = started()
    for _ in range(2):
        assert claim(job.pk) is not None
        Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
        jobs.sweep()
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "worker died" in job.error


def test_a_lost_job_gives_way_to_a_waiting_one_of_the_same_key() -> None:
    first, other = started(key="a"), started(key="b")
    claim(first.pk), claim(other.pk)
    twin = started(key="a")
    Job.objects.filter(state=JobState.RUNNING).update(lease_until=timezone.now() - HOUR)
    assert jobs.sweep()["freed"] == 1
    states = dict(Job.objects.values_list("pk", "state"))
    assert states == {first.pk: "cancelled", other.pk: "queued", twin.pk: "queued"}


def test_a_job_that_would_look_again_gives_way_to_a_waiting_one_of_the_same_key() -> None:
    def look(run: jobs.JobRun) -> None:
        started(key="a")
        raise jobs.Again(1)

    assert run(started(key="a"), look).state == JobState.CANCELLED
    assert Job.objects.filter(state=JobState.QUEUED).count() == 1


def test_a_failed_job_is_not_run_again_beside_its_twin() -> None:
    job = started(key="a")
    jobs.cancel(job=job)
    started(key="a")
    with pytest.raises(Conflict, match="waits already"):
        jobs.retry(job=job)


def test_the_sweep_rings_for_a_job_that_nobody_heard_of() -> None:
    job = started()
    Job.objects.filter(pk=job.pk).update(sent_at=None)
    assert jobs.sweep()["sent"] == 1
    job.refresh_from_db()
    assert job.sent_at is not None


def test_words_of_an_error_reach_the_row() -> None:
    def refuse(_run: jobs.JobRun) -> None:
        raise InvalidInput("The file is empty.", line=3)

    job = run(started(), refuse)
    assert (job.state, job.error) == (JobState.FAILED, "Line 3: The file is empty.")


def test_a_passing_failure_is_tried_again_then_given_up() -> None:
    def away(_run: jobs.JobRun) -> None:
        raise Unavailable("The endpoint is away.")

    job = run(started(), away)
    assert job.state == JobState.QUEUED
    assert job.not_before is not None
    Job.objects.filter(pk=job.pk).update(not_before=None)
    assert run(job, away).state == JobState.FAILED


def test_looking_again_is_no_failure() -> None:
    job = started()

    def look(_run: jobs.JobRun) -> None:
        raise jobs.Again(0)

    for _ in range(5):
        Job.objects.filter(pk=job.pk).update(not_before=None)
        assert run(job, look).state == JobState.QUEUED


def test_cancel_stops_a_waiting_job_at_once_and_a_running_one_at_its_next_word() -> None:
    assert jobs.cancel(job=started()).state == JobState.CANCELLED
    job = started()

    def handler(run: jobs.JobRun) -> None:
        jobs.cancel(job=job)
        run.check()

    assert run(job, handler).state == JobState.CANCELLED
    with pytest.raises(Conflict):
        jobs.cancel(job=job)


def test_a_failed_job_can_be_run_again() -> None:
    def refuse(_run: jobs.JobRun) -> None:
        raise InvalidInput("No.")

    job = run(started(), refuse)
    assert jobs.retry(job=job).state == JobState.QUEUED
    assert run(job, lambda _run: None).state == JobState.SUCCEEDED
    with pytest.raises(Conflict):
        jobs.retry(job=job)
