"""What is kept beside answers: every edit of a text, and comments that raise no flag."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from accounts.models import Notice, Project, User
from annotation.edit_steps import EditStep, lead_to
from annotation.handles import handle_of
from annotation.models import DraftKind, EditTrail, Flag, ItemComment, ItemState, Response
from annotation.selectors import doubts
from annotation.services.keeping import comment_on
from annotation.services.submitting import change_answer
from core.errors import InvalidInput
from tests.annotation.build import (
    ANSWERS,
    GUIDANCE,
    answered,
    claimed,
    make_campaign,
    make_draft,
)
from tests.catalog.pictures import file_of, quarters
from tests.people import signed_in

pytestmark = pytest.mark.django_db
# "Step past the rocks. Raise the camera." loses its second sentence, then says "Walk".
STEPS: list[dict[str, Any]] = [
    {"block": "guidance", "at": 1_000, "start": 20, "cut": 18, "put": ""},
    {"block": "guidance", "at": 63_000, "start": 0, "cut": 4, "put": "Walk"},
    {"block": "issues", "at": 64_000, "start": 0, "cut": 5, "put": "dark"},
]
EDITED = {
    **ANSWERS["guidance_review"],
    "guidance": "Walk past the rocks.",
    "issues": ["dark foreground"],
}


@pytest.fixture
def edited(project: Project, ben: User) -> Response:
    """Ben's review, in which he edited guidance and an issue."""
    return answered(claimed(make_campaign(project, "guidance_review"), ben), EDITED, edits=STEPS)


def test_every_edit_is_kept_and_read_on_the_items_page(
    edited: Response, project: Project, ada: User
) -> None:
    assert edited.edit_trail.is_whole and edited.edit_trail.steps == STEPS
    page = signed_in(ada).get(f"/p/{project.slug}/items/{edited.item_id}/").content.decode()
    assert (
        "A: 3 edits in 1 min" in page and "<del>Step</del><ins>Walk</ins> past the rocks." in page
    )
    detail = signed_in(ada).get(f"/api/v1/projects/{project.slug}/items/{edited.item_id}/").json()
    (trail,) = detail["edits"]
    assert (trail["letter"], trail["steps"][1]["after_s"], trail["steps"][0]["gone"]) == (
        "A", 62.0, " Raise the camera.",
    )  # fmt: skip


def test_a_changed_answer_begins_with_the_one_it_replaces(edited: Response, ben: User) -> None:
    step = {"block": "guidance", "at": 5, "start": 0, "cut": 4, "put": "Go"}
    again = change_answer(
        response=edited, person=ben, answer={**EDITED, "guidance": "Go past the rocks."},
        submission_id=uuid4(), edits=[step],
    )  # fmt: skip
    assert again.edit_trail.is_whole


def test_an_answer_is_kept_whatever_its_trail_leads_to(project: Project, ben: User) -> None:
    campaign = make_campaign(project, "guidance_review", photos=2)
    answered(claimed(campaign, ben), edits=STEPS)
    answered(claimed(campaign, ben))
    assert [trail.is_whole for trail in EditTrail.objects.all()] == [False]


@pytest.mark.parametrize("wrong", [{"start": -1}, {"block": "<b>"}, {"more": 1}, {"at": "now"}])
def test_a_step_that_cannot_be_read_is_refused(
    project: Project, ben: User, wrong: dict[str, Any]
) -> None:
    assignment = claimed(make_campaign(project, "guidance_review"), ben)
    with pytest.raises(InvalidInput, match=r"edits\.0"):
        answered(assignment, EDITED, edits=[{**STEPS[0], **wrong}])
    assert not Response.objects.exists()


def test_own_sentences_are_held_against_what_is_measured(
    project: Project, ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doubts, "rendition_bytes", lambda *_: file_of(quarters()))
    mine = claimed(make_campaign(project, "guidance_review"), ben)
    said = {"text": "A quiet black-and-white picture. No horizon is tilted."}
    address = f"/api/v1/work/assignments/{handle_of(mine.pk)}/doubts/"
    reply = signed_in(ben).post(address, said, content_type="application/json").json()
    assert [each["words"] for each in reply] == ["the photo is in colour"]
    mine.item.draft = make_draft(mine.item.photo, DraftKind.GUIDANCE, {"overall": said["text"]})
    assert doubts.doubts_about(mine, said["text"]) == []


def test_steps_beyond_the_text_lead_nowhere() -> None:
    step = EditStep(block="guidance", at=0, start=30, cut=90, put="")
    assert not lead_to([step], GUIDANCE, GUIDANCE)


def test_a_comment_holds_nothing_up_and_is_read_by_the_lead(
    project: Project, ben: User, eve: User, ada: User
) -> None:
    campaign = make_campaign(project, "photo_score", overlap=2)
    mine = claimed(campaign, ben)
    row = comment_on(assignment=mine, author=ben, text="The photo is soft.")
    assert Notice.objects.get(person=ada).text.startswith("There is a comment on item")
    page = f"/p/{project.slug}/items/{row.item_id}/"
    answered(mine)
    assert "The photo is soft." not in signed_in(ada).get(page).content.decode()
    answered(claimed(campaign, eve))
    assert "The photo is soft." in signed_in(ada).get(page).content.decode()
    row.item.refresh_from_db()
    assert row.item.state == ItemState.ANSWERED and not Flag.objects.exists()


def test_a_comment_says_something_and_comes_from_who_holds_the_item(
    project: Project, ben: User, eve: User
) -> None:
    mine = claimed(make_campaign(project), ben)
    address = f"/api/v1/work/assignments/{handle_of(mine.pk)}/comment/"
    sent = {"content_type": "application/json"}
    assert signed_in(ben).post(address, {"text": " "}, **sent).status_code == 400
    assert signed_in(eve).post(address, {"text": "Mine?"}, **sent).status_code == 404
    assert not ItemComment.objects.exists()
