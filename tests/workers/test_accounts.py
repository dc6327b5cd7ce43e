"""Every token is accounted for, and a budget is hard."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Project, User
from annotation.models import BatchState, Draft, DraftBatch, Verdict
from annotation.selectors.draft_batches import batch_costs
from annotation.services.draft_budget import counted, recount
from annotation.services.draft_work import claim_request
from annotation.services.drafting import draft_all_again
from catalog.models import Photo
from core.models import Job
from tests.servers.openai_like import OpenAILike
from tests.workers.drafts import (
    being_worked_off,
    drafted,
    endpoint,
    let_time_pass,
    like_photos,
    started,
    work_off,
)
from workers.pipelines.metering import OVER_BUDGET, Meter
from workers.sweeping import sweep_everything

pytestmark = pytest.mark.django_db(transaction=True)
# 0.02 US dollars an answer, 0.04 at most with its repair.
PRICED: dict[str, Any] = {"price_in": 0, "price_out": 1000, "max_tokens": 20}


def states(batch: DraftBatch) -> Counter[str]:
    return Counter(batch.requests.values_list("state", flat=True))


def to_the_end(batch: DraftBatch) -> DraftBatch:
    """Run its job as often as it asks for."""
    for _ in range(30):
        if batch.state != BatchState.OPEN:
            break
        let_time_pass(batch)
        work_off(batch)
    return batch


def test_what_the_server_counted_is_what_the_batch_counts(
    server: OpenAILike, photo: Photo, kim: User
) -> None:
    server.slow_s = 0
    source = endpoint(server, photo.project, kim, "shaky", parallel=4, **PRICED)
    verifier = endpoint(server, photo.project, kim, "repairable", parallel=4, **PRICED)
    photos = like_photos(photo, 60)
    batch = to_the_end(drafted(photos, kim, source=source, verifier=verifier))
    costs, usage = batch_costs(batch), server.usage
    assert states(batch)["drafted"] > 40 and states(batch)["failed"] > 2
    assert (costs.tokens_in, costs.tokens_out) == (
        usage["prompt_tokens"], usage["completion_tokens"],
    )  # fmt: skip
    assert costs.usd == Decimal(usage["completion_tokens"]) / 1000
    on_rows = sum(row.tokens_in for model in (Draft, Verdict) for row in model.objects.all())
    assert on_rows < costs.tokens_in, "answers of no use are counted beside them"


@pytest.mark.parametrize("behaviour", ["refusal", "no-choice", "empty", "wrong-schema", "prose"])
def test_an_answer_of_no_use_is_counted(
    server: OpenAILike, photo: Photo, kim: User, behaviour: str
) -> None:
    source = endpoint(server, photo.project, kim, behaviour, **PRICED)
    batch = drafted([photo], kim, source=source, max_attempts=1)
    costs = batch_costs(batch)
    assert states(batch) == {"failed": 1}
    assert costs.tokens_in == server.usage["prompt_tokens"] >= 100
    assert costs.usd == Decimal(server.usage["completion_tokens"]) / 1000


def test_a_check_that_fails_after_its_draft_is_counted(
    server: OpenAILike, photo: Photo, kim: User
) -> None:
    source = endpoint(server, photo.project, kim, **PRICED)
    verifier = endpoint(server, photo.project, kim, "refusal", **PRICED)
    batch = drafted([photo], kim, source=source, verifier=verifier, max_attempts=1)
    assert (Draft.objects.count(), Verdict.objects.count()) == (1, 0)
    assert batch_costs(batch).tokens_in == server.usage["prompt_tokens"] == 200
    assert batch.requests.get().params["tokens_in"] == 100


def test_a_budget_is_never_passed(server: OpenAILike, photo: Photo, kim: User) -> None:
    server.slow_s = 0.02
    source = endpoint(server, photo.project, kim, "slow", parallel=8, **PRICED)
    batch = to_the_end(
        drafted(like_photos(photo, 20), kim, source=source, budget_usd=Decimal("0.21"))
    )
    costs = batch_costs(batch)
    assert Decimal("0.21") - Decimal("0.04") <= costs.usd <= Decimal("0.21")
    assert states(batch) == {"drafted": int(costs.usd / Decimal("0.02")), "failed": 11}
    assert set(batch.requests.filter(state="failed").values_list("reason")) == {(OVER_BUDGET,)}
    assert not batch.requests.filter(params__has_key="reserved_usd").exists()
    batch.refresh_from_db()
    assert batch.committed_usd == counted(batch) == costs.usd


def test_a_raised_budget_goes_on_where_it_stopped(
    server: OpenAILike, photo: Photo, kim: User
) -> None:
    source = endpoint(server, photo.project, kim, parallel=1, **PRICED)
    batch = drafted(like_photos(photo, 5), kim, source=source, budget_usd=Decimal("0.08"))
    assert states(batch) == {"drafted": 3, "failed": 2}
    DraftBatch.objects.update(budget_usd=Decimal(1))
    draft_all_again(requests=batch.requests.filter(state="failed"), by=kim)
    assert states(to_the_end(work_off(batch))) == {"drafted": 5}
    assert len(server.requests) == 5


def test_what_a_dead_worker_may_have_spent_counts_against_the_budget(
    server: OpenAILike, photo: Photo, kim: User
) -> None:
    source = endpoint(server, photo.project, kim, parallel=1, **PRICED)
    batch = started(like_photos(photo, 3), kim, source=source, budget_usd=Decimal("0.08"))
    request = claim_request(batch=batch)
    assert request is not None
    Meter(request, has_budget=True).before(0.04)
    let_time_pass(batch)
    work_off(batch)
    assert states(to_the_end(batch)) == {"drafted": 1, "failed": 2}
    assert batch_costs(batch).usd == Decimal("0.02")
    batch.refresh_from_db()
    assert batch.committed_usd == counted(batch) == Decimal("0.06")


def test_the_running_sum_is_what_the_rows_add_up_to_at_every_moment(
    server: OpenAILike, photo: Photo, kim: User
) -> None:
    server.slow_s = 0.02
    source = endpoint(server, photo.project, kim, "shaky", parallel=8, **PRICED)
    verifier = endpoint(server, photo.project, kim, "repairable", parallel=8, **PRICED)
    batch = started(
        like_photos(photo, 40), kim, source=source, verifier=verifier, budget_usd=Decimal("0.9")
    )
    seen: list[Decimal] = []
    with being_worked_off(batch):
        while batch.requests.exclude(state__in=["drafted", "failed", "rejected"]).exists():
            assert not recount(batch=batch)
            seen.append(DraftBatch.objects.values_list("committed_usd", flat=True).get())
            if seen[-1] and not job_is_open(batch):
                break
    assert max(seen) > 0 and max(seen) <= Decimal("0.9")
    assert batch_costs(to_the_end(batch)).usd <= Decimal("0.9")


def job_is_open(batch: DraftBatch) -> bool:
    """Whether it is being worked off."""
    return Job.objects.filter(subject=f"draftbatch/{batch.pk}", state="running").exists()


def test_a_sum_that_went_wrong_is_put_right_by_the_sweep(
    server: OpenAILike, photo: Photo, kim: User
) -> None:
    source = endpoint(server, photo.project, kim, parallel=1, **PRICED)
    batch = drafted(like_photos(photo, 4), kim, source=source, budget_usd=Decimal("0.08"))
    assert states(batch) == {"drafted": 3, "failed": 1}
    DraftBatch.objects.update(committed_usd=0, state="open")
    batch.requests.filter(state="failed").update(state="waiting")
    sweep_everything()
    assert DraftBatch.objects.get().committed_usd == Decimal("0.06")


def test_rules_cost_nothing_and_need_no_budget(project: Project, photo: Photo, kim: User) -> None:
    batch = drafted([photo], kim, budget_usd=Decimal("0.01"))
    assert states(batch) == {"drafted": 1}
