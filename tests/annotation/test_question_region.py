"""Question regions: subjects, what is shown, refused answers, and the rows that answers become."""

from __future__ import annotations

import json
from typing import Any

import pytest

from accounts.models import Project, User
from annotation.item_types import item_type_of
from annotation.models import Assignment, Campaign, Draft, DraftKind, DraftOutcome
from annotation.selectors.items import shown_item
from annotation.services.campaigns import add_selection, create_campaign, open_campaign
from annotation.subjects import Selection
from catalog.models import Crop, CropOrigin, Question, Region
from core.errors import InvalidInput
from tests.annotation.build import (
    answered,
    claimed,
    make_campaign,
    make_draft,
    make_subject,
)

pytestmark = pytest.mark.django_db
BOX = [0.4, 0.1, 0.6, 0.2]


def item_of(assignment: Assignment) -> dict[str, Any]:
    kind = item_type_of(assignment.campaign)
    shown = shown_item(assignment.item, kind)
    return kind.item_json(shown, assignment.presentation, lambda place: f"/picture/{place}")


def over_all(project: Project, **settings: bool) -> Campaign:
    """An open campaign over every question of the project."""
    campaign = create_campaign(
        project=project, name="regions", item_type="question_region", overlap=1, by=None,
        settings=settings,
    )  # fmt: skip
    add_selection(campaign=campaign, selection=Selection(), by=None)
    return open_campaign(campaign=campaign, by=None)


def with_region(project: Project) -> Draft:
    """A photo whose question has a verified region."""
    question = Question.objects.get(photo=make_subject(project))
    content = {"box": BOX, "rule": "grounding", "found": BOX, "factor": 1}
    return make_draft(question.photo, DraftKind.REGION, content, question=question)


def test_an_answer_becomes_a_region_and_no_crop(project: Project, ben: User) -> None:
    held = claimed(make_campaign(project, "question_region"), ben)
    before = Crop.objects.count()
    row = answered(held, {"box": BOX, "note": " On the horizon. "})
    region = Region.objects.get()
    assert region.corners == tuple(BOX)
    assert (region.question, region.origin) == (Question.objects.get(), CropOrigin.EXPERT)
    assert (region.made_from, region.by) == (f"response/{row.pk}", ben)
    assert Crop.objects.count() == before
    assert row.answer["question"] == region.question_id


def test_what_cannot_be_seen_has_no_region(project: Project, ben: User) -> None:
    row = answered(claimed(make_campaign(project, "question_region"), ben), {"not_visible": True})
    assert not Region.objects.exists()
    assert row.answer["box"] is None


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({}, "draw the region"),
        ({"box": BOX, "not_visible": True}, "not both"),
        ({"box": [0.4, 0.1, 1.6, 0.2]}, "outside the photo"),
        ({"box": [0.4, 0.1, 0.402, 0.2]}, "shorter than 1.0%"),
        ({"box": BOX, "question": 3}, "question"),
        ({"box": BOX, "note": "x" * 2_001}, "note"),
    ],
)
def test_answers_that_do_not_fit_are_refused(
    project: Project, ben: User, answer: dict[str, Any], words: str
) -> None:
    held = claimed(make_campaign(project, "question_region"), ben)
    with pytest.raises(InvalidInput, match=words):
        answered(held, answer)


def test_the_page_gets_question_and_answers_and_no_draft(project: Project, ben: User) -> None:
    with_region(project)
    item = item_of(claimed(over_all(project), ben))
    assert (item["question"], item["answers"]) == ("What is far out?", ["a tower"])
    assert "ghost" not in item and "facts" not in item["photo"]


def test_answers_stay_hidden_where_the_campaign_says_so(project: Project, ben: User) -> None:
    told = {"with_answers": False}
    held = claimed(make_campaign(project, "question_region", settings=told), ben)
    assert "tower" not in json.dumps(item_of(held))


def test_a_campaign_may_start_from_drafts(project: Project, ben: User) -> None:
    with_region(project)
    newest = with_region(project)
    newest = make_draft(
        newest.photo, DraftKind.REGION, {"box": [0, 0, 1, 1], "rule": "grid"},
        question=newest.question,
    )  # fmt: skip
    make_subject(project)  # its question has no region
    campaign = over_all(project, with_draft=True)
    assert campaign.items.count() == 2
    ghosts = {}
    for _ in range(2):
        held = claimed(campaign, ben)
        ghosts[held.item.draft_id] = item_of(held)["ghost"]
        answered(held)
    assert ghosts[newest.pk] == [0, 0, 1, 1] and BOX in ghosts.values()


@pytest.mark.parametrize(
    ("answer", "kind", "distance"),
    [({"box": BOX}, "as_is", 0.0), ({"box": [0.4, 0.1, 0.6, 0.15]}, "edited", 0.5),
     ({"not_visible": True}, "rejected", None)],
)  # fmt: skip
def test_what_an_answer_made_of_the_draft(
    project: Project, ben: User, answer: dict[str, Any], kind: str, distance: float | None
) -> None:
    with_region(project)
    answered(claimed(over_all(project, with_draft=True), ben), answer)
    row = DraftOutcome.objects.get()
    assert (row.kind, row.distance) == (kind, distance and pytest.approx(distance, abs=1e-5))
