"""Judging models' texts: marks and votes as rows, figures by model, and who sees them when."""

from __future__ import annotations

import csv
import io
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import Project, User
from annotation.item_types.answer_judging import CRITERIA
from annotation.models import AnswerMark, Draft, DraftKind, Item, TextVote
from annotation.selectors.judgements import figures_of
from annotation.services.campaigns import add_selection, create_campaign
from annotation.services.submitting import change_answer
from annotation.subjects import Selection
from core.errors import InvalidInput
from tests.annotation.build import (
    GUIDANCE,
    OTHER_GUIDANCE,
    answered,
    claimed,
    make_campaign,
    make_draft,
)
from tests.make import make_photo
from tests.people import signed_in

pytestmark = pytest.mark.django_db
MARKS = {"completeness": 2, "preciseness": 1, "relevance": 0}


def everything(project: Project, item_type: str, **fields: Any) -> None:
    """A campaign over all that the project has."""
    campaign = create_campaign(
        project=project, name=item_type, item_type=item_type, overlap=1, by=None, **fields
    )
    add_selection(campaign=campaign, selection=Selection(), by=None)


def results(project: Project, person: User, campaign_id: int, ending: str = "/") -> tuple[int, str]:
    path = f"/p/{project.slug}/campaigns/{campaign_id}/results{ending}"
    reply = signed_in(person).get(path)
    return reply.status_code, reply.content.decode()


def test_marks_are_rows_that_a_changed_answer_retires(project: Project, ben: User) -> None:
    row = answered(claimed(make_campaign(project, "answer_judging"), ben), MARKS)
    marks = {each.criterion: each.value for each in AnswerMark.objects.all()}
    assert marks == MARKS
    assert AnswerMark.objects.filter(draft__kind=DraftKind.ANSWER).count() == 3
    change_answer(
        response=row, person=ben, answer={"cannot_judge": True}, submission_id=uuid4()
    )  # fmt: skip
    assert not AnswerMark.objects.filter(is_current=True).exists()


@pytest.mark.parametrize(
    ("answer", "field"),
    [
        ({**MARKS, "relevance": 3}, "relevance"),
        ({**MARKS, "relevance": None}, "relevance"),
        ({**MARKS, "cannot_judge": True}, "cannot_judge"),
        ({**MARKS, "relevance": "2"}, "relevance"),
    ],
)
def test_marks_that_are_none_are_named(
    project: Project, ben: User, answer: dict[str, object], field: str
) -> None:
    held = claimed(make_campaign(project, "answer_judging"), ben)
    with pytest.raises(InvalidInput) as caught:
        answered(held, answer)
    assert caught.value.field == field


def test_guidance_is_judged_beside_what_stands(project: Project, ben: User, eve: User) -> None:
    reviewed = make_campaign(project, "guidance_review")
    kept = {"verdict": "accept", **GUIDANCE, "guidance": "Wait for evening light.", "marks": []}
    answered(claimed(reviewed, ben), kept)
    settings = {"answers": False, "guidance": True}
    everything(project, "answer_judging", settings=settings)
    items = Item.objects.filter(campaign__item_type="answer_judging")
    assert items.count() == 2
    assert all("Wait for evening light." in item.payload["reference"][0] for item in items)


def test_figures_by_model_come_from_complete_items_only(
    project: Project, ben: User, eve: User
) -> None:
    campaign = make_campaign(project, "answer_judging", overlap=2)
    answered(claimed(campaign, ben), MARKS)
    assert figures_of(campaign) == []
    answered(claimed(campaign, eve), {**MARKS, "completeness": 1})
    found = {each.what: (each.maker, each.value, each.n) for each in figures_of(campaign)}
    assert found["completeness"] == ("openai secret-model-9", 1.5, 2)
    assert found["mean of the three"][1] == pytest.approx(5 / 6)
    assert len(found) == len(CRITERIA) + 1


def test_results_are_for_those_who_do_not_answer(
    project: Project, ben: User, ada: User, cleo: User
) -> None:
    campaign = make_campaign(project, "answer_judging")
    held = claimed(campaign, ada)
    assert "secret-model" not in results(project, ada, campaign.pk)[1]
    assert results(project, ada, campaign.pk, ".csv")[0] == 409
    answered(held, MARKS)
    campaign.state = "closed"
    campaign.save()
    assert "openai secret-model-9" in results(project, ada, campaign.pk)[1]
    rows = list(csv.DictReader(io.StringIO(results(project, ada, campaign.pk, ".csv")[1])))
    assert [row["value"] for row in rows] == ["2.000000", "1.000000", "0.000000", "1.000000"]
    assert rows[0]["not_known"] == "one vote shows no spread"
    assert results(project, cleo, campaign.pk)[0] == results(project, cleo, campaign.pk, ".csv")[0]
    assert results(project, cleo, campaign.pk)[0] == 404
    assert results(project, ben, campaign.pk)[0] == 403


def test_the_same_words_never_meet_and_a_maker_meets_others_only(
    project: Project, ben: User
) -> None:
    photo = make_photo(project)
    for revision, content in (("a", GUIDANCE), ("b", GUIDANCE), ("a", OTHER_GUIDANCE)):
        make_draft(photo, DraftKind.GUIDANCE, content, revision=revision)
    everything(project, "text_pair")
    item = Item.objects.get()
    newest = Draft.objects.filter(photo=photo).order_by("pk")[1:]
    assert [item.payload[side]["draft"] for side in ("first", "second")] == [
        each.pk for each in newest
    ]


def test_a_vote_on_texts_wins_for_its_maker(project: Project, ben: User, eve: User) -> None:
    campaign = make_campaign(project, "text_pair", overlap=2)
    for person in (ben, eve):
        held = claimed(campaign, person)
        side = "left" if held.presentation["first_on_left"] else "right"
        answered(held, {"choice": side, "strength": 2, "reasons": ["clear"]})
    votes = TextVote.objects.all()
    assert {(each.outcome, each.strength) for each in votes} == {("first", 2)}
    assert all(each.first.content == OTHER_GUIDANCE for each in votes)
    found = {each.maker: (each.value, each.n) for each in figures_of(campaign)}
    assert found == {"openai secret-model-9 another": (1.0, 2), "openai secret-model-9": (0.0, 2)}


@pytest.mark.parametrize(
    ("answer", "field"),
    [
        ({"choice": "tie", "strength": 2}, "strength"),
        ({"choice": "tie", "reasons": ["clear"]}, "reasons"),
        ({"choice": "left", "reasons": ["because"]}, "reasons"),
    ],
)
def test_only_a_chosen_side_is_better_for_a_reason(
    project: Project, ben: User, answer: dict[str, object], field: str
) -> None:
    held = claimed(make_campaign(project, "text_pair"), ben)
    with pytest.raises(InvalidInput) as caught:
        answered(held, answer)
    assert caught.value.field == field
