"""Gold and repeat items: unmarked, for one person, and their answers count for nothing but that."""

from __future__ import annotations

from uuid import uuid4

import pytest

from accounts.models import Project, User
from annotation.models import (
    Assignment,
    Campaign,
    CopyResult,
    Item,
    ItemPurpose,
    PairVote,
    Rating,
    Response,
)
from annotation.selectors.campaigns import campaigns_with_progress
from annotation.selectors.progress import campaign_progress
from annotation.services import copying
from annotation.services.claiming import claim_next, skip_item
from annotation.services.discussing import settle_item
from annotation.services.submitting import change_answer, submit
from core.errors import InvalidInput
from tests.annotation.build import ANSWERS, make_campaign
from tests.people import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A repeat comes after three other answers, so that few are enough."""
    monkeypatch.setattr(copying, "REPEAT_AFTER", 3)


def answer_next(campaign: Campaign, person: User, **changes: object) -> Response:
    assignment = claim_next(campaign=campaign, person=person)
    assert assignment is not None
    given = {**ANSWERS[campaign.item_type], **changes}
    return submit(
        assignment=assignment, person=person, answer=given, submission_id=uuid4(), active_ms=10
    )


@pytest.fixture
def repeating(project: Project, ben: User, monkeypatch: pytest.MonkeyPatch) -> Campaign:
    """Ben has answered four photos with 7, and meets the first of them again."""
    monkeypatch.setattr(copying, "_is_drawn", lambda *_: True)
    campaign = make_campaign(project, photos=5, repeat_share=0.1)
    for _ in range(4):
        answer_next(campaign, ben)
    return campaign


def test_a_repeat_is_kept_as_a_comparison_and_as_nothing_else(
    repeating: Campaign, ben: User
) -> None:
    first = Response.objects.earliest("pk")
    ratings = Rating.objects.count()
    again = answer_next(repeating, ben, score=9)
    result = CopyResult.objects.get()
    assert again.item.copy_of_id == first.item_id
    assert (result.purpose, result.agrees, result.pairs) == ("repeat", False, [[7, 9]])
    assert Rating.objects.count() == ratings
    assert not again.item.scores_due and not again.item.flags.exists()


def test_a_changed_answer_changes_the_comparison(repeating: Campaign, ben: User) -> None:
    again = answer_next(repeating, ben, score=9)
    change_answer(
        response=again, person=ben, answer={**ANSWERS["photo_score"], "score": 8},
        submission_id=uuid4(),
    )  # fmt: skip
    assert list(CopyResult.objects.filter(is_current=True).values_list("agrees", "pairs")) == [
        (True, [[7, 8]])
    ]


def test_copies_are_no_part_of_the_campaign(repeating: Campaign, project: Project) -> None:
    assert Item.objects.filter(campaign=repeating).count() == 6
    assert campaign_progress(repeating).item_count == 5
    assert campaigns_with_progress(project)[0].count == 5


def test_a_skipped_repeat_goes_to_nobody_else(repeating: Campaign, ben: User, eve: User) -> None:
    assignment = claim_next(campaign=repeating, person=ben)
    assert assignment is not None and assignment.item.purpose == ItemPurpose.REPEAT
    skip_item(assignment=assignment, person=ben, reason="blurred")
    last = claim_next(campaign=repeating, person=eve)
    assert last is not None and last.item.purpose == ItemPurpose.WORK
    assert claim_next(campaign=repeating, person=eve, known=[last.pk]) is None


def test_a_repeated_pair_swaps_its_sides(
    project: Project, ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "_is_drawn", lambda *_: True)
    settings = {"pairs_per_photo": 2}
    campaign = make_campaign(
        project, "preference_pair", photos=3, settings=settings, repeat_share=0.1
    )
    for _ in range(4):
        answer_next(campaign, ben)
    votes = PairVote.objects.count()
    again = answer_next(campaign, ben)
    first = Assignment.objects.get(item=again.item.copy_of, person=ben)
    sides = {slot.presentation["first_on_left"] for slot in (first, again.assignment)}
    assert sides == {True, False}
    # The left one both times is the other crop the second time.
    assert CopyResult.objects.get().agrees is False and PairVote.objects.count() == votes


@pytest.fixture
def golden(project: Project, ben: User, ada: User) -> Item:
    """An item of an earlier campaign that Ben has answered and Ada has settled at 4."""
    campaign = make_campaign(project, photos=1)
    item = answer_next(campaign, ben, score=4).item
    settle_item(item=item, answer={"score": 4, "cannot_judge": False}, reason="Agreed.", by=ada)
    return item


def test_gold_is_met_by_whoever_has_not_answered_it(
    golden: Item, project: Project, ben: User, eve: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "_is_drawn", lambda *_: True)
    campaign = make_campaign(project, photos=3, overlap=2, gold_share=0.1)
    for person in (ben, eve):
        answer_next(campaign, person)
    (copy,) = Item.objects.filter(campaign=campaign, purpose=ItemPurpose.GOLD)
    assert copy.copy_of == golden and copy.assignments.get().reserved_for == eve
    answer_next(campaign, eve, score=8)
    assert CopyResult.objects.get().pairs == [[4, 8]] and CopyResult.objects.get().agrees is False
    answer_next(campaign, eve)
    assert Item.objects.filter(purpose=ItemPurpose.GOLD).count() == 1


def test_drafts_accepted_unchanged_above_the_quota_raise_a_gold_check(
    project: Project, ben: User, eve: User, ada: User
) -> None:
    known = answer_next(make_campaign(project, "guidance_review"), ben)
    settle_item(item=known.item, answer=known.answer, reason="Agreed.", by=ada)
    quota = {"unchanged_a_day": 2}
    campaign = make_campaign(project, "guidance_review", photos=4, conduct=quota)
    gold = Item.objects.filter(campaign=campaign, purpose=ItemPurpose.GOLD)
    for text, expected in (("As it was.", 0), ("", 0), ("", 1)):
        changes = {"analysis": text} if text else {}
        answer_next(campaign, eve, **changes)
        assert gold.count() == expected
    assert gold.get().assignments.get().reserved_for == eve


@pytest.mark.parametrize("item_type", sorted(ANSWERS))
def test_every_type_can_be_held_against_itself(
    project: Project, ben: User, item_type: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "REPEAT_AFTER", 0)
    monkeypatch.setattr(copying, "_is_drawn", lambda *_: True)
    campaign = make_campaign(project, item_type, photos=1, repeat_share=0.1)
    # A corrected frame would be shown in a second round instead.
    given = {"verdict": "agree", "box": None} if item_type == "cross_review" else {}
    for _ in range(2):
        answer_next(campaign, ben, **given)
    # The left of a pair is the other one when it comes again.
    assert CopyResult.objects.get().agrees is (item_type not in {"preference_pair", "text_pair"})


def test_no_count_says_that_a_copy_waits(repeating: Campaign, ben: User) -> None:
    client = signed_in(ben)
    assert client.get("/api/v1/work/campaigns/").json()[0]["waiting"] == 10
    assert "up to 10" in client.get("/work/").content.decode()
    answer_next(repeating, ben)
    assert client.get("/api/v1/work/campaigns/").json()[0]["waiting"] == 10


def test_no_share_no_copies(project: Project, ben: User) -> None:
    campaign = make_campaign(project, photos=5)
    for _ in range(5):
        answer_next(campaign, ben)
    assert claim_next(campaign=campaign, person=ben) is None


def test_about_the_share_that_was_asked_for_comes_again(project: Project, ben: User) -> None:
    campaign = make_campaign(project, photos=60, repeat_share=0.2, order_seed=3)
    while claim_next(campaign=campaign, person=ben):
        answer_next(campaign, ben)
    assert 2 <= CopyResult.objects.filter(agrees=True).count() <= 26


@pytest.mark.parametrize("share", [-0.1, 0.31])
def test_a_share_has_its_limits(project: Project, share: float) -> None:
    with pytest.raises(InvalidInput, match="lies from 0"):
        make_campaign(project, gold_share=share)
