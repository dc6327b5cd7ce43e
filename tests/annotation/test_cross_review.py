"""Cross-review: round after round, blind, until all agree or the lead has to decide."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from accounts.models import Project, User
from annotation.models import Adjudication, Campaign, Flag, Item, Response
from core.errors import InvalidInput
from tests.annotation.build import answered, claimed, make_campaign
from tests.annotation.desk import (
    Open,
    check,
    press,
    responses,
    shown,
    start,
    wait_for,
    work,
)
from tests.annotation.desk import blind as blind
from tests.annotation.desk import desk as desk
from tests.annotation.desk import photos as photos
from tests.annotation.desk import said as said

FRAME = {"verdict": "correct", "box": [0.1, 0.1, 0.7, 0.7]}
AGREE = {"verdict": "agree"}


def one_item(project: Project, **settings: Any) -> Campaign:
    """A campaign of one frame and two reviewers."""
    campaign = make_campaign(project, "cross_review", overlap=2, settings=settings)
    Item.objects.exclude(pk=Item.objects.order_by("pk")[0].pk).delete()
    return campaign


def say(campaign: Campaign, *answers: tuple[User, dict[str, Any]]) -> Item:
    for person, answer in answers:
        answered(claimed(campaign, person), answer)
    return Item.objects.get(campaign=campaign)


@pytest.mark.django_db
def test_a_correction_goes_round_until_all_agree(project: Project, ben: User, eve: User) -> None:
    campaign = one_item(project)
    item = say(campaign, (ben, AGREE), (eve, FRAME))
    assert (item.state, item.round, item.payload["box"]) == ("open", 2, FRAME["box"])
    item = say(campaign, (ben, AGREE), (eve, AGREE))
    golden = Adjudication.objects.get(item=item)
    assert item.state == "settled" and golden.answer["box"] == FRAME["box"]
    assert golden.reason == "All 2 reviewers agreed in round 2." and golden.parents.count() == 2
    crop, correction = item.payload["shown"]
    assert crop.startswith("crop/") and correction.startswith("response/")


@pytest.mark.django_db
def test_a_rejection_or_the_last_round_goes_to_the_lead(
    project: Project, ben: User, eve: User
) -> None:
    campaign = one_item(project, max_rounds=1)
    item = say(campaign, (ben, {"verdict": "reject", "reason": "balance"}), (eve, FRAME))
    assert item.state == "flagged" and item.round == 1
    assert Flag.objects.get(item=item).rule == "verdicts"


@pytest.mark.django_db
def test_an_untouched_frame_is_no_correction(project: Project, ben: User) -> None:
    held = claimed(make_campaign(project, "cross_review"), ben)
    shown_box = held.item.payload["box"]
    with pytest.raises(InvalidInput, match="agree with it"):
        answered(held, {"verdict": "correct", "box": shown_box})


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_by_keyboard_and_mouse(desk: Open, project: Project) -> None:
    campaign = start(project, "cross_review")
    page: Page = work(desk, campaign)
    check(page)
    press(page, "a")
    wait_for(responses(campaign), 1)
    shown(page)
    press(page, "Alt+Shift+ArrowLeft", "Enter")
    wait_for(responses(campaign), 2)
    shown(page)
    page.get_by_role("button", name="Reject").click()
    press(page, "2", "Enter")
    wait_for(responses(campaign), 3)
    given = Response.objects.filter(item__campaign=campaign).order_by("pk")
    assert [each.answer["verdict"] for each in given] == ["agree", "correct", "reject"]
    assert given[2].answer["reason"] == "balance" and given[1].item.round == 2
