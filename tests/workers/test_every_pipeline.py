"""Every pipeline over real photos at a real HTTP endpoint, by its batch and its job: each ends drafted,
with its verdict, and with every token that the endpoint counted."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import workers.demo
from accounts.models import Project, User
from annotation.models import BatchState, Draft, DraftSource, Verdict
from annotation.pipelines import PIPELINES, pipeline_of
from annotation.selectors.draft_batches import batch_costs
from catalog.models import CropLabel, Photo, RawComment
from catalog.services.questions import add_question
from tests.catalog.imports import imported
from tests.make import make_crop
from tests.servers.openai_like import OpenAILike
from tests.workers.drafts import drafted, endpoint

pytestmark = pytest.mark.django_db(transaction=True)
PHOTOS = Path(workers.demo.__file__).parent / "photos"
NAMES = ("cat.jpg", "rocket.jpg")
PRICED: dict[str, Any] = {"price_in": 10, "price_out": 1000, "parallel": 4}
# What asks for likelihoods is no matter of an endpoint: tests/workers/test_region_grid.py runs it.
AT_AN_ENDPOINT = [name for name, each in PIPELINES.items() if not each.needs_likelihoods]
TOLD: dict[str, dict[str, Any]] = {
    "crop_reasoning": {"temperature": 0.5, "top_p": 0.95},
    "rationales": {"good_per_photo": 1, "bad_per_photo": 1},
    "information_gap": {"full_side": 256, "sides": [128, 64], "answers": 2},
}


@pytest.fixture
def photos(project: Project, kim: User) -> list[Photo]:
    """Demo photos with what the pipelines work on: a comment, a good crop, a question."""
    imported(project, kim, {name: (PHOTOS / name).read_bytes() for name in NAMES})
    found = list(Photo.objects.order_by("pk"))
    for photo in found:
        RawComment.objects.create(photo=photo, text="Nice, but step closer.", text_hash="1")
        make_crop(photo, (0.2, 0.2, 0.7, 0.7), label=CropLabel.GOOD)
        add_question(photo=photo, text="What is this?", answers=["a harbour", "harbour"])
    return found


@pytest.fixture
def pair(server: OpenAILike, project: Project, kim: User) -> tuple[DraftSource, DraftSource]:
    """A drafter and another model that verifies, both at one server."""
    server.slow_s = 0
    drafter = endpoint(server, project, kim, "good", **PRICED)
    return drafter, endpoint(server, project, kim, "slow", **PRICED)


def summed(name: str) -> int:
    """Of all drafts and verdicts together."""
    rows = [*Draft.objects.all(), *Verdict.objects.all()]
    return sum(getattr(row, name) for row in rows)


@pytest.mark.parametrize("pipeline", AT_AN_ENDPOINT)
def test_it_drafts_checks_and_accounts(
    pipeline: str, photos: list[Photo], pair: tuple[DraftSource, DraftSource], kim: User,
    server: OpenAILike,
) -> None:  # fmt: skip
    drafter, verifier = pair
    batch = drafted(
        photos, kim, pipeline=pipeline, source=drafter, verifier=verifier, budget_usd=Decimal(9),
        parameters=TOLD.get(pipeline, {}),
    )  # fmt: skip
    states = Counter(batch.requests.values_list("state", "reason"))
    assert set(states) == {("drafted", "")} and states.total() >= len(photos)
    assert batch.state == BatchState.DONE
    last = Draft.objects.filter(pk__in=[each.params["draft"] for each in batch.requests.all()])
    assert {draft.kind for draft in last} == {pipeline_of(pipeline).kind}
    assert {draft.photo for draft in last} == set(photos)
    assert all(draft.verdicts.get().passed for draft in Draft.objects.all())
    costs, usage = batch_costs(batch), server.usage
    told = (usage["prompt_tokens"], usage["completion_tokens"])
    assert (
        (costs.tokens_in, costs.tokens_out) == told == (summed("tokens_in"), summed("tokens_out"))
    )
    assert costs.usd == (10 * Decimal(told[0]) + 1000 * Decimal(told[1])) / 1_000_000
