"""A batch at an endpoint that fails, asks for time or is limited: it waits, and says for what."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from annotation.models import BatchState, Draft, DraftBatch
from annotation.services.drafting import resume_batch
from catalog.models import Photo
from core.models import Job
from inference.shelves import shared_shelf
from tests.servers.openai_like import OpenAILike
from tests.workers.drafts import (
    drafted,
    endpoint,
    job_of,
    let_time_pass,
    like_photos,
    started,
    work_off,
)

pytestmark = pytest.mark.django_db(transaction=True)


def states(batch: DraftBatch) -> Counter[str]:
    return Counter(batch.requests.values_list("state", flat=True))


def end_rest(server: OpenAILike, model: str) -> None:
    """The endpoint's time of rest is over."""
    key = f"{server.url} {model} "
    shared_shelf().change(key, lambda state, now: state.breaker.wake(now))


def worked_to_the_end(batch: DraftBatch) -> DraftBatch:
    """Run its job as often as it asks for, as if the time between had passed."""
    for _ in range(30):
        if batch.state != BatchState.OPEN:
            break
        let_time_pass(batch)
        work_off(batch)
    return batch


@pytest.fixture
def resting(server: OpenAILike, photo: Photo, kim: User) -> DraftBatch:
    """Twelve photos whose endpoint has failed three times in a row."""
    server.plan = ["always-broken"] * 3
    source = endpoint(server, photo.project, kim, parallel=1, opens_after=3)
    return drafted(like_photos(photo, 12), kim, source=source, max_attempts=1)


def test_while_an_endpoint_rests_its_photos_wait_and_spend_no_tries(
    server: OpenAILike, resting: DraftBatch
) -> None:
    assert resting.state == BatchState.OPEN
    assert len(server.requests) == 3, "it was asked although it rests"
    found = states(resting)
    assert found["failed"] == 2, "those that failed before anybody could know"
    assert found["waiting"] == 10
    assert set(resting.requests.filter(state="waiting").values_list("attempts", flat=True)) == {0}


def test_a_resting_batch_says_what_it_waits_for(resting: DraftBatch) -> None:
    job = job_of(resting)
    assert "Waiting for good at 127.0.0.1" in job.message and "status 503" in job.message
    assert job.not_before is not None
    assert 15 < (job.not_before - timezone.now()).total_seconds() <= 30
    assert "status 503" in resting.requests.filter(state="waiting").exclude(reason="")[0].reason


def test_after_the_rest_everything_is_drafted(server: OpenAILike, resting: DraftBatch) -> None:
    failed = states(resting)["failed"]
    end_rest(server, "good")
    assert worked_to_the_end(resting).state == BatchState.DONE
    assert states(resting) == {"drafted": 12 - failed, "failed": failed}
    assert Job.objects.get(subject=f"draftbatch/{resting.pk}").message == "Under way."


def test_another_batch_at_the_same_endpoint_waits_too(
    server: OpenAILike, resting: DraftBatch, photo: Photo, kim: User
) -> None:
    asked = len(server.requests)
    other = work_off(started([photo], kim, source=resting.source))
    assert len(server.requests) == asked
    assert states(other) == {"waiting": 1}
    assert "Waiting for good" in job_of(other).message


@pytest.mark.parametrize("behaviour", ["busy", "busy-until"])
def test_retry_after_holds_for_all_lanes(
    server: OpenAILike, photo: Photo, kim: User, behaviour: str
) -> None:
    server.plan = [behaviour]
    source = endpoint(server, photo.project, kim, parallel=4, max_attempts=2, longest_wait_s=5)
    batch = worked_to_the_end(drafted(like_photos(photo, 8), kim, source=source))
    assert states(batch) == {"drafted": 8}
    assert len(server.requests) == 9, "one was turned away, once"


def test_a_rate_is_kept_and_costs_no_tries(server: OpenAILike, photo: Photo, kim: User) -> None:
    told: dict[str, Any] = {"requests_per_minute": 3, "parallel": 2, "longest_wait_s": 0.2}
    source = endpoint(server, photo.project, kim, **told)
    batch = drafted(like_photos(photo, 6), kim, source=source, max_attempts=1)
    assert states(batch) == {"drafted": 3, "waiting": 3}
    assert Draft.objects.count() == len(server.requests) == 3
    waiting = batch.requests.filter(state="waiting")
    assert all("its requests of this minute" in each.reason for each in waiting)
    assert {each.attempts for each in waiting} == {0}


def test_a_batch_at_a_dead_endpoint_pauses_itself_and_one_click_goes_on(
    server: OpenAILike, photo: Photo, kim: User, settings: Any
) -> None:
    settings.DRAFT_DEAD_AFTER_S = 1
    source = endpoint(server, photo.project, kim, parallel=1, opens_after=2, rest_s=0.2)
    photos = like_photos(photo, 3)
    server.plan = ["good", *["always-broken"] * 40]
    batch = worked_to_the_end(drafted(photos, kim, source=source, max_attempts=9))
    assert (batch.state, states(batch)) == (BatchState.PAUSED, {"drafted": 1, "waiting": 2})
    assert "for 1 seconds no request came back well" in batch.reason
    assert "status 503" in batch.reason and batch.dead_since is not None
    server.plan = []
    resume_batch(batch=batch, by=kim)
    assert (batch.reason, batch.dead_since) == ("", None)
    end_rest(server, "good")
    worked_to_the_end(batch)
    assert states(batch) == {"drafted": 3} and Draft.objects.count() == 3
    assert server.usage["prompt_tokens"] == 300


def test_an_endpoint_that_answers_now_and_then_is_not_dead(
    server: OpenAILike, photo: Photo, kim: User, settings: Any
) -> None:
    settings.DRAFT_DEAD_AFTER_S = 0
    batch = started(like_photos(photo, 3), kim, source=endpoint(server, photo.project, kim))
    DraftBatch.objects.update(dead_since=timezone.now())
    assert states(worked_to_the_end(work_off(batch))) == {"drafted": 3}
    assert DraftBatch.objects.get().dead_since is None
