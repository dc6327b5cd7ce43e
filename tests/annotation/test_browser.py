"""The experts' and leads' pages in a real browser against the real site, by keys and mouse. What the
database holds afterwards is what counts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Project, User
from annotation.handles import handle_of
from annotation.models import (
    Adjudication,
    Assignment,
    Flag,
    Item,
    PairVote,
    Rating,
    Response,
    Skip,
)
from catalog.models import Crop, Photo, Region
from tests.annotation.build import GUIDANCE, answered, claimed, scored
from tests.annotation.desk import (
    Open,
    check,
    press,
    responses,
    shown,
    sign_in,
    start,
    wait_for,
    work,
)
from tests.annotation.desk import blind as blind
from tests.annotation.desk import desk as desk
from tests.annotation.desk import photos as photos
from tests.annotation.desk import said as said
from tests.make import make_member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_photo_score(desk: Open, project: Project) -> None:
    campaign = start(project, "photo_score")
    page = work(desk, campaign)
    check(page)
    press(page, "7", "Enter")
    wait_for(responses(campaign), 1)
    shown(page)
    page.get_by_role("radio", name="3").click()
    page.get_by_role("button", name="Next").click()
    wait_for(responses(campaign), 2)
    shown(page)
    press(page, "-", "Enter")
    expect(page.get_by_text("Nothing to do here now")).to_be_visible()
    wait_for(responses(campaign), 3)
    assert sorted(Rating.objects.values_list("value", flat=True)) == [3, 7]
    expect(page.locator("[data-bar-words]")).to_have_text("3, your part is done")


def test_guidance_review(desk: Open, project: Project) -> None:
    campaign = start(project, "guidance_review")
    page = work(desk, campaign)
    check(page)
    press(page, "ArrowDown", "1", "e")
    page.keyboard.type("Truly. ")
    press(page, "Control+Enter")
    wait_for(responses(campaign), 1)
    shown(page)
    press(page, "x", "3", "Enter")
    wait_for(responses(campaign), 2)
    shown(page)
    page.get_by_role("button", name="Accept").click()
    wait_for(responses(campaign), 3)
    edited, rejected, accepted = Response.objects.order_by("pk")
    assert "Truly." in edited.answer["overall"] and edited.answer["marks"][0]["mark"] == "correct"
    assert (rejected.answer["verdict"], rejected.answer["reason"]) == ("reject", "vague")
    assert accepted.answer["guidance"] == GUIDANCE["guidance"]


def test_crop_draw(desk: Open, project: Project) -> None:
    campaign = start(project, "crop_draw", settings={"with_draft": True})
    page = work(desk, campaign)
    check(page)
    press(page, "ArrowRight", "Shift+ArrowDown", "Enter")
    wait_for(responses(campaign), 1)
    shown(page)
    area = page.locator(".crop__area").bounding_box()
    assert area is not None
    page.mouse.move(area["x"] + 20, area["y"] + 20)
    page.mouse.down()
    page.mouse.move(area["x"] + area["width"] * 0.7, area["y"] + area["height"] * 0.7, steps=6)
    page.mouse.up()
    page.get_by_role("button", name="Keep this crop").click()
    wait_for(responses(campaign), 2)
    drawn = Crop.objects.filter(made_from__startswith="response/").order_by("pk")
    nudged, dragged = drawn
    assert nudged.x1 > 0.2 and nudged.y1 > nudged.x1 and nudged.x2 - nudged.x1 == pytest.approx(0.6)
    assert dragged.x1 < 0.1 and dragged.x2 == pytest.approx(0.7, abs=0.01)


def test_question_region(desk: Open, project: Project) -> None:
    campaign = start(project, "question_region")
    page = work(desk, campaign)
    check(page)
    expect(page.get_by_text("What is far out?")).to_be_visible()
    press(page, "Enter")
    expect(page.get_by_text("Draw a box first")).to_be_visible()
    press(page, "c", "Alt+Shift+ArrowLeft", "Shift+ArrowUp", "Enter")
    wait_for(responses(campaign), 1)
    shown(page)
    press(page, "-", "Enter")
    wait_for(responses(campaign), 2)
    drawn, hidden = Response.objects.order_by("pk")
    region = Region.objects.get()
    assert region.made_from == f"response/{drawn.pk}" and hidden.answer["not_visible"]
    assert region.x1 == pytest.approx(0.4) and region.x2 < 0.6 and region.y1 < 0.4


def test_crop_mos(desk: Open, project: Project) -> None:
    campaign = start(project, "crop_mos")
    page = work(desk, campaign)
    check(page)
    order = Assignment.objects.get(state="leased", pk=shown(page)).presentation["order"]
    press(page, "1", "2", "3", "4", "Enter")
    wait_for(responses(campaign), 1)
    scores = [each["score"] for each in Response.objects.get().answer["scores"]]
    assert [scores[at] for at in order] == [1, 2, 3, 4]
    shown(page)
    for at in range(4):
        page.get_by_role("radiogroup", name=f"Score of crop {at + 1}").get_by_text("5").click()
    page.get_by_role("button", name="Done").click()
    wait_for(responses(campaign), 2)
    assert Rating.objects.filter(value=5).count() == 4


def test_preference_pair(desk: Open, project: Project) -> None:
    campaign = start(project, "preference_pair", settings={"pairs_per_photo": 1})
    page = work(desk, campaign)
    check(page)
    first = Assignment.objects.get(pk=shown(page))
    press(page, "Shift+ArrowLeft")
    wait_for(responses(campaign), 1)
    vote = PairVote.objects.get()
    left = "first" if first.presentation["first_on_left"] else "second"
    assert (vote.outcome, vote.strength) == (left, 2)
    shown(page)
    page.get_by_role("button", name="No difference").click()
    wait_for(responses(campaign), 2)
    assert PairVote.objects.latest("pk").outcome == "tie"


def test_skip_flag_and_guidelines_by_key(desk: Open, project: Project) -> None:
    campaign = start(project, "photo_score")
    page = work(desk, campaign)
    press(page, "g")
    expect(page.get_by_text("Look at the light.")).to_be_visible()
    check(page)
    press(page, "Escape", "f")
    page.keyboard.type("A duplicate.")
    page.get_by_role("button", name="Raise the flag").click()
    wait_for(lambda: Flag.objects.filter(reason="A duplicate.").count(), 1)
    before = shown(page)
    press(page, "s", "1")
    wait_for(lambda: Skip.objects.filter(reason="unclear").count(), 1)
    page.wait_for_selector(f"[data-shell][data-item]:not([data-item='{handle_of(before)}'])")


def test_my_work_and_the_discussion(
    desk: Open, project: Project, ben: User, eve: User, live_url: str
) -> None:
    campaign = start(project, "photo_score", overlap=2)
    item = Item.objects.order_by("order_key").first()
    assert item is not None
    scored(item, ben, 2)
    scored(item, eve, 9)
    page = desk("/work/")
    expect(page.get_by_role("link", name=f"Go on with {campaign.name}")).to_be_visible()
    check(page)
    page.get_by_role("link", name="Discussion").first.click()
    page.get_by_label("Your words").fill("The horizon leans.")
    page.reload()
    expect(page.get_by_label("Your words")).to_have_value("The horizon leans.")
    check(page)
    page.get_by_role("button", name="Say it").click()
    expect(page.get_by_text("The horizon leans.")).to_be_visible()
    expect(page.get_by_label("Your words")).to_have_value("")


def test_a_lead_makes_opens_and_settles(
    page: Page, live_url: str, said: list[str], project: Project, ada: User, ben: User,
    photos: list[Photo],
) -> None:  # fmt: skip
    sign_in(page.context, ada, live_url)
    page.goto(f"{live_url}/p/{project.slug}/campaigns/")
    check(page)
    page.get_by_role("link", name="Make the first campaign").click()
    check(page)
    page.get_by_role("link", name="Choose Photo score").click()
    expect(page.get_by_text("Hours each")).to_be_visible()
    page.get_by_label("Answers per item").fill("2")
    check(page)
    page.get_by_role("button", name="Make the campaign").click()
    page.get_by_role("button", name="Open", exact=True).click()
    expect(page.get_by_text("experts can take its items now")).to_be_visible()
    item = Item.objects.order_by("order_key").first()
    assert item is not None
    for person, score in ((ben, 2), (make_member(project, "Tom", "expert"), 9)):
        held = claimed(item.campaign, person)
        assert held.item_id == item.pk
        answered(held, {"score": score}, active_ms=9000)
    page.reload()
    check(page)
    page.get_by_role("link", name=f"Item {item.pk}").click()
    check(page)
    page.get_by_role("link", name="Settle").click()
    page.locator(".pick", has_text="2 of 10").click()
    page.locator("[data-reason]").select_option(index=1)
    page.locator("[data-settle] [name=reason]").fill("The light is flat.")
    check(page)
    page.get_by_role("button", name="Write the golden record").click()
    expect(page.get_by_text("The light is flat.")).to_be_visible()
    assert Adjudication.objects.get().answer["score"] == 2
