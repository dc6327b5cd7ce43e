"""Disagreement: raised, talked over, asked again blind, settled."""

from __future__ import annotations

import pytest

from accounts.models import Project, User
from annotation.models import Assignment, Discussion, Flag, Item
from annotation.services.claiming import claim_next, skip_item
from annotation.services.discussing import (
    add_message,
    flag_item,
    open_second_round,
    settle_item,
    settle_with_response,
)
from core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tests.annotation.build import answered, claimed, make_campaign, scored
from tests.make import make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def flagged(project: Project, ben: User, eve: User) -> Item:
    """Ben gave 2, Eve 9: in discussion."""
    make_campaign(project, overlap=2)
    item = Item.objects.get()
    scored(item, ben, 2)
    scored(item, eve, 9)
    item.refresh_from_db()
    return item


def test_a_person_can_flag_what_is_answered(project: Project, ben: User) -> None:
    held = claimed(make_campaign(project), ben)
    answered(held)
    flag = flag_item(item=held.item, by=ben, reason="The photo is a duplicate.")
    assert flag_item(item=held.item, by=ben, reason="Again.").pk == flag.pk
    held.item.refresh_from_db()
    assert held.item.state == "flagged" and Discussion.objects.filter(is_open=True).exists()


def test_a_flag_on_open_work_waits_for_the_others(project: Project, ben: User, eve: User) -> None:
    make_campaign(project, overlap=2)
    item = Item.objects.get()
    scored(item, ben, 5)
    flag_item(item=item, by=ben, reason="Blurred.")
    item.refresh_from_db()
    assert item.state == "open"
    scored(item, eve, 5)
    item.refresh_from_db()
    assert item.state == "flagged"


def test_a_flag_needs_a_reason(project: Project, ben: User) -> None:
    held = claimed(make_campaign(project), ben)
    with pytest.raises(InvalidInput):
        flag_item(item=held.item, by=ben, reason="  ")
    assert not Flag.objects.exists()


def test_the_same_people_answer_again_and_agree(
    flagged: Item, ada: User, ben: User, eve: User, project: Project
) -> None:
    add_message(item=flagged, author=ben, text="The horizon leans.")
    assert flagged.answers == 2
    assert open_second_round(item=flagged, by=ada).answers == 0
    other = make_member(project, "Tom", "expert")
    assert claim_next(campaign=flagged.campaign, person=other) is None
    scored(flagged, ben, 6)
    scored(flagged, eve, 7)
    flagged.refresh_from_db()
    assert (flagged.state, flagged.round, flagged.answers) == ("answered", 2, 2)
    assert Flag.objects.get().state == "settled"
    assert Flag.objects.get().campaign == flagged.campaign


def test_who_owes_an_answer_stays_out_of_the_talk(flagged: Item, ada: User, ben: User) -> None:
    open_second_round(item=flagged, by=ada)
    with pytest.raises(Conflict, match="Answer this item first"):
        add_message(item=flagged, author=ben, text="I gave 2.")


def test_disagreement_again_is_a_new_flag(flagged: Item, ada: User, ben: User, eve: User) -> None:
    open_second_round(item=flagged, by=ada)
    scored(flagged, ben, 1)
    scored(flagged, eve, 9)
    flagged.refresh_from_db()
    assert flagged.state == "flagged"
    states = dict(Flag.objects.values_list("round", "state"))
    assert states == {1: "settled", 2: "open"}


def test_a_skipped_second_round_goes_to_anybody(
    flagged: Item, ada: User, ben: User, project: Project
) -> None:
    open_second_round(item=flagged, by=ada)
    skip_item(assignment=claimed(flagged.campaign, ben), person=ben, reason="no time")
    other = make_member(project, "Tom", "expert")
    assert claimed(flagged.campaign, other).item_id == flagged.pk


def test_only_a_disputed_item_gets_a_second_round(project: Project, ada: User, ben: User) -> None:
    held = claimed(make_campaign(project), ben)
    with pytest.raises(Conflict):
        open_second_round(item=held.item, by=ada)
    answered(held)
    with pytest.raises(Conflict):
        open_second_round(item=held.item, by=ada)
    assert Assignment.objects.count() == 1


def test_settling_writes_the_golden_record(flagged: Item, ada: User, ben: User) -> None:
    record = settle_item(item=flagged, answer={"score": 6}, reason="Agreed.", by=ada)
    assert record.answer == {"score": 6, "cannot_judge": False, "attributes": {}}
    flagged.refresh_from_db()
    assert flagged.state == "settled" and Flag.objects.get().state == "settled"
    assert add_message(item=flagged, author=ben, text="But...").about == record
    for person in (ben, ada):  # once for who answered; the lead has spoken
        with pytest.raises(Conflict):
            add_message(item=flagged, author=person, text="And...")
    first = flagged.responses.earliest("pk")
    newer = settle_with_response(item=flagged, response_id=first.pk, reason="Ben is right.", by=ada)
    assert newer.replaces == record


def test_an_answer_that_comes_after_settling_is_kept(
    project: Project, ada: User, ben: User, eve: User
) -> None:
    campaign = make_campaign(project, overlap=2)
    item = Item.objects.get()
    scored(item, ben, 5)
    late = claimed(campaign, eve)
    settle_item(item=item, answer={"score": 5}, reason="Enough.", by=ada)
    assert answered(late).pk
    item.refresh_from_db()
    assert item.state == "settled"


def test_rights(flagged: Item, ben: User, kim: User, cleo: User) -> None:
    for person, refusal in ((ben, NotAllowed), (kim, NotAllowed), (cleo, NotFound)):
        with pytest.raises(refusal):
            open_second_round(item=flagged, by=person)
        with pytest.raises(refusal):
            settle_item(item=flagged, answer={"score": 5}, reason="So.", by=person)
    with pytest.raises(NotFound):
        flag_item(item=flagged, by=cleo, reason="Hello.")


@pytest.mark.parametrize("answer", [{}, {"score": "six"}, {"score": 11}, {"stars": 5}])
def test_a_golden_record_has_the_types_shape(flagged: Item, ada: User, answer: object) -> None:
    with pytest.raises(InvalidInput):
        settle_item(item=flagged, answer=answer, reason="So.", by=ada)
