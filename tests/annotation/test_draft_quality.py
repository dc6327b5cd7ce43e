"""Are our drafts getting better: what is counted, what is said of it, and when it is counted anew."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Project, User
from annotation.figures import Group
from annotation.models import Draft, DraftBatch, DraftKind, DraftOutcome, RequestState, Verdict
from annotation.selectors.draft_quality import (
    accepted_as_is,
    cost,
    distance,
    passed_first,
    seconds,
    stored_quality,
)
from annotation.services.counting_quality import store_quality
from core.models import Job
from measures.statistics.known import Known, NotKnown
from tests.annotation.build import ANSWERS, GUIDANCE, answered, claimed, make_campaign, make_draft
from tests.jobs import run
from tests.make import make_photo, make_project
from tests.people import signed_in
from tests.workers.drafts import started

pytestmark = pytest.mark.django_db
REVIEW = ANSWERS["guidance_review"]


@pytest.fixture
def reviewed(project: Project, ben: User) -> list[Draft]:
    """Six drafts: four accepted as they are, one edited, one rejected; the second failed its check."""
    campaign = make_campaign(project, "guidance_review", photos=6)
    changed = {**REVIEW, "overall": "A wild coast."}
    vague = {**REVIEW, "verdict": "reject", "reason": "vague"}
    for at, answer in enumerate([REVIEW, REVIEW, REVIEW, REVIEW, changed, vague], 1):
        answered(claimed(campaign, ben), answer, active_ms=10_000 * at)
    drafts = list(Draft.objects.filter(kind=DraftKind.GUIDANCE, revision="").order_by("pk"))
    finding = {"verifier": "parts", "code": "no_guidance", "message": "x", "is_blocking": True}
    Verdict.objects.filter(draft=drafts[1]).update(passed=False, findings=[finding])
    Draft.objects.update(tokens_in=100, tokens_out=50, cost_usd=Decimal("0.002"))
    Verdict.objects.update(cost_usd=Decimal("0.001"))
    return drafts


def guidance_of(project: Project) -> Group:
    groups = store_quality(project=project).figures["models"]
    return next(
        Group(**each) for each in groups if (each["kind"], each["revision"]) == ("guidance", "")
    )


def test_drafts_checks_and_answers_are_counted(project: Project, reviewed: list[Draft]) -> None:
    found = guidance_of(project)
    assert (found.drafts, found.first, found.passed) == (6, 6, 5)
    assert (found.as_is, found.edited, found.rejected) == (4, 1, 1)
    assert (found.reasons, found.findings) == ({"vague": 1}, {"no_guidance": 1})
    assert (found.tokens_in, found.tokens_out, found.unpriced) == (600, 300, 0)
    assert found.usd == pytest.approx(0.018) and found.seconds == 35
    assert found.distance_n == 5 and found.distance_sum > 0


def test_other_projects_and_replaced_answers_do_not_count(
    project: Project, reviewed: list[Draft]
) -> None:
    make_draft(make_photo(make_project()), DraftKind.GUIDANCE, GUIDANCE)
    DraftOutcome.objects.filter(kind="rejected").update(is_current=False)
    found = guidance_of(project)
    assert (found.drafts, found.rejected) == (6, 0)


def test_wordings_and_models_are_kept_apart(project: Project, reviewed: list[Draft]) -> None:
    Draft.objects.filter(pk__in=[each.pk for each in reviewed[:2]]).update(
        prompt_name="guidance.refine@p1", prompt_hash="1" * 64
    )
    groups = [Group(**each) for each in store_quality(project=project).figures["models"]]
    found = {
        each.prompt_name: each.drafts
        for each in groups
        if (each.kind, each.revision) == ("guidance", "")
    }
    assert found == {"": 4, "guidance.refine@p1": 2}


def test_batches_are_rounds_with_what_failed(project: Project, kim: User) -> None:
    batch = started([make_photo(project), make_photo(project)], kim)
    one, two = batch.requests.order_by("pk")
    draft = make_draft(one.photo, DraftKind.GUIDANCE, GUIDANCE)
    Draft.objects.filter(pk=draft.pk).update(request=one)
    batch.requests.filter(pk=two.pk).update(
        state=RequestState.FAILED,
        reason="The model declined to work on this photo. Choose another.",
    )
    (found,) = store_quality(project=project).figures["rounds"]
    assert (found["batch"], found["drafts"], found["declined"]) == (batch.pk, 1, 1)
    assert found["ended"] == {"waiting": 1, "failed": 1}


def test_figures_carry_intervals_or_say_why_not() -> None:
    group = Group(kind="guidance", drafts=40, first=40, passed=30, as_is=2, edited=1, distance_n=6,
                  distance_sum=1.2, distance_squares=0.3, seconds=9.0, usd=0.4)  # fmt: skip
    passed = passed_first(group)
    assert passed.value == 0.75 and passed.n == 40
    assert (round(passed.low or 0, 3), round(passed.high or 0, 3)) == (0.598, 0.858)  # Wilson's
    assert accepted_as_is(group).unknown == "not known, because n is 3"
    assert (
        distance(group).value == pytest.approx(0.2) and round(distance(group).low or 0, 3) == 0.085
    )
    assert "n is 3" in seconds(group).unknown
    assert cost(group, group.drafts) == Known(0.01) and isinstance(cost(group, 0), NotKnown)
    unpriced = group.model_copy(update={"unpriced": 3})
    assert str(cost(unpriced, 3)) == "not known, because 3 of 40 have no price"


def test_newer_rows_make_it_out_of_date(project: Project, reviewed: list[Draft]) -> None:
    def is_old() -> bool:
        stored = stored_quality(project)
        assert stored is not None
        return stored.is_old

    assert stored_quality(project) is None
    store_quality(project=project)
    assert not is_old()
    make_draft(make_photo(make_project()), DraftKind.GUIDANCE, GUIDANCE)
    assert not is_old()
    make_draft(reviewed[0].photo, DraftKind.GUIDANCE, GUIDANCE)
    assert is_old()


def test_a_batch_that_only_failed_makes_it_out_of_date(project: Project, kim: User) -> None:
    batch = started([make_photo(project)], kim)
    store_quality(project=project)
    DraftBatch.objects.filter(pk=batch.pk).update(ended_at=timezone.now())
    stored = stored_quality(project)
    assert stored is not None and stored.is_old


def page_of(client: Client, project: Project, name: str = "draft-quality") -> Any:
    return client.get(reverse(f"annotation:{name}", args=[project.slug]))


def test_the_page_counts_once_and_shows(project: Project, reviewed: list[Draft], rui: User) -> None:
    client = signed_in(rui)
    for _ in range(2):
        assert "Being counted" in page_of(client, project).content.decode()
    run(Job.objects.get(kind="annotation.draft_quality"))
    words = page_of(client, project).content.decode()
    assert "4 of 6" not in words and "67 %" in words and "n 6" in words and "too vague" in words
    assert 'hx-trigger="every 2s"' not in words
    api = client.get(f"/api/v1/projects/{project.slug}/draft-quality/").json()
    assert api["is_old"] is False and "guidance" in {each["kind"] for each in api["models"]}


def test_the_csv_holds_what_the_page_shows(
    project: Project, reviewed: list[Draft], ada: User
) -> None:
    Draft.objects.update(model="=cmd()")
    store_quality(project=project)
    lines = page_of(signed_in(ada), project, "draft-quality-csv").content.decode().splitlines()
    assert lines[0].startswith("group,kind,model") and "accepted_as_is_low" in lines[0]
    assert any(line.startswith("model,guidance,'=cmd()") for line in lines[1:])
