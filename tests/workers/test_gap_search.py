"""The resolution search: sampled at falling sizes, judged, and never paid for twice."""

from __future__ import annotations

import io
import time
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from PIL import Image

from accounts.models import Project, User
from annotation.models import Draft, DraftBatch, DraftSource, RequestState
from annotation.selectors.draft_batches import batch_costs
from annotation.services.drafting import draft_again, wake
from annotation.services.partial_answers import keep_answer
from annotation.services.sources import set_source
from catalog.models import Photo
from catalog.selectors.global_views import global_view
from catalog.services.questions import add_question
from core.models import Job
from tests.catalog.imports import imported_photo
from tests.catalog.pictures import jpeg
from tests.workers.drafts import let_time_pass, started, work_off
from tests.workers.oracle import Oracle

pytestmark = pytest.mark.django_db(transaction=True)
TOLD = {"full_side": 160, "sides": [80, 40, 20], "answers": 3}


def seen(side: int, before: int) -> str:
    """What can be read at a size: all, most, a guess."""
    if side >= 80:
        return "Harbour." if side == 160 or before % 3 else "port"
    return ["sea", "harbour", "sky"][before % 3] if side == 40 else ""


def slowly_seen(side: int, before: int) -> str:
    """The same, after a moment in which others can ask."""
    time.sleep(0.05)
    return seen(side, before)


@pytest.fixture
def oracle(settings: Any) -> Iterator[Oracle]:
    with Oracle(seen) as running:
        settings.ALLOWED_LOCAL_ENDPOINTS = (running.host_port,)
        yield running


@pytest.fixture
def photo(project: Project, kim: User) -> Photo:
    photo = imported_photo(project, kim, jpeg(1, (200, 120)))
    add_question(photo=photo, text="What is this place?", answers=["harbour"])
    return photo


@pytest.fixture
def source(oracle: Oracle, photo: Photo, kim: User) -> DraftSource:
    parameters = {"first_wait_s": 0, "max_attempts": 1, "price_in": 1000.0, "price_out": 1000.0}
    return set_source(
        project=photo.project, name="Reader", backend="openai", location=oracle.url, model="good",
        parameters=parameters, by=kim,
    )  # fmt: skip


def waiting(photo: Photo, kim: User, source: DraftSource, **parameters: Any) -> DraftBatch:
    told = {**TOLD, **parameters}
    return started(
        [photo], kim, pipeline="information_gap", source=source, parameters=told, max_attempts=1
    )


def test_the_size_at_which_answers_disagree(
    oracle: Oracle, source: DraftSource, photo: Photo, kim: User
) -> None:
    request = work_off(waiting(photo, kim, source)).requests.get()
    assert request.state == RequestState.DRAFTED, request.reason
    draft = Draft.objects.get()
    assert oracle.sides == [160] * 3 + [80] * 3 + [40] * 3 + [20] * 3
    assert (draft.content["side"], draft.content["answer"]) == (40, "Harbour.")
    assert [level["side"] for level in draft.content["levels"]] == [160, 80, 40, 20]
    shares = [level["agreement"] for level in draft.content["levels"]]
    assert shares == pytest.approx([1, 0.667, 0.333, 0], abs=1e-3)
    assert draft.verdicts.get().passed


def test_all_calls_are_summed_on_the_draft_and_counted_once(
    oracle: Oracle, source: DraftSource, photo: Photo, kim: User
) -> None:
    batch = work_off(waiting(photo, kim, source))
    draft = Draft.objects.get()
    assert (draft.tokens_in, draft.tokens_out) == (1200, 240)
    assert draft.cost_usd == Decimal("1.44") == batch_costs(batch).usd
    assert "partial" not in batch.requests.get().params


def test_what_a_failure_in_the_middle_paid_for_is_kept(
    oracle: Oracle, source: DraftSource, photo: Photo, kim: User
) -> None:
    oracle.says = lambda side, before: 401 if before == 7 else seen(side, before)
    batch = work_off(waiting(photo, kim, source))
    request = batch.requests.get()
    assert request.state == RequestState.FAILED
    assert batch_costs(batch).usd == Decimal("0.96") and not Draft.objects.exists()
    draft_again(request=request, by=kim)
    work_off(batch)
    assert len(oracle.sides) == 13  # twelve answers and the one that failed
    assert sorted(Counter(oracle.seeds).values()) == [4, 4, 5]
    assert Draft.objects.get().tokens_in == 1200
    assert batch_costs(batch).usd == Decimal("1.44")


def test_a_killed_worker_s_answers_are_not_asked_again(
    oracle: Oracle, source: DraftSource, photo: Photo, kim: User
) -> None:
    class Killed(BaseException):
        pass

    batch, kept = waiting(photo, kim, source), list[str]()

    def dies(**told: Any) -> None:
        keep_answer(**told)
        kept.append(told["place"])
        if len(kept) == 5:
            raise Killed

    with pytest.MonkeyPatch.context() as patch, pytest.raises(Killed):
        patch.setattr("workers.pipelines.information_gap.keep_answer", dies)
        work_off(batch)
    let_time_pass(batch)
    revive(batch)
    assert len(oracle.sides) == 13, "only what was under way is asked again"
    assert Draft.objects.get().tokens_in == 1200


def revive(batch: DraftBatch) -> None:
    """Another worker takes the job over."""
    Job.objects.filter(subject=f"draftbatch/{batch.pk}").delete()
    wake(batch=batch, by=None)
    work_off(batch)


def test_another_threshold_judges_the_same_answers(
    oracle: Oracle, source: DraftSource, photo: Photo, kim: User
) -> None:
    work_off(waiting(photo, kim, source))
    work_off(waiting(photo, kim, source, threshold=0.9))
    first, second = Draft.objects.order_by("pk")
    assert (second.content["side"], second.parent, second.cost_usd) == (80, first, Decimal(0))
    assert len(oracle.sides) == 12


def test_each_answer_has_a_seed_and_without_chance_one_is_enough(
    oracle: Oracle, source: DraftSource, photo: Photo, kim: User
) -> None:
    oracle.says = slowly_seen
    work_off(waiting(photo, kim, source))
    assert Counter(oracle.seeds) == {0: 4, 1: 4, 2: 4}
    assert oracle.most_at_once > 1
    work_off(waiting(photo, kim, source, temperature=0))
    assert oracle.sides[12:] == [160, 80, 40, 20]


def test_the_view_that_the_model_saw_can_be_made_again(photo: Photo) -> None:
    view = global_view(photo, 40)
    assert view == global_view(photo, 40)
    with Image.open(io.BytesIO(view)) as picture:
        assert picture.size == (40, 24)
