"""The experts' and leads' pages in a real browser against the real site: keys, mouse, loss of the
network, two windows. What the database holds afterwards is what counts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import Project, User
from annotation.models import (
    Adjudication,
    Assignment,
    Campaign,
    DraftKind,
    Flag,
    Item,
    PairVote,
    Rating,
    Response,
    Skip,
    WorkingCopy,
)
from annotation.services.campaigns import add_selection, create_campaign, open_campaign
from annotation.subjects import Selection
from catalog.models import Crop, Photo, Question, Region
from tests.annotation.build import BOXES, GUIDANCE, claimed, make_draft, scored
from tests.catalog.imports import imported
from tests.catalog.pictures import jpeg
from tests.make import make_crop, make_member
from tests.people import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[[str], Page]


@pytest.fixture
def photos(project: Project, kim: User) -> list[Photo]:
    """Three stored photos, each with four crops, a question and a verified draft of each kind."""
    imported(project, kim, {f"{at}.jpg": jpeg(at, size=(600, 400)) for at in range(3)})
    rows = list(Photo.objects.order_by("pk"))
    for photo in rows:
        for box in BOXES:
            make_crop(photo, box)
        Question.objects.create(photo=photo, text="What is far out?", answers=["a tower"])
        make_draft(photo, DraftKind.GUIDANCE, GUIDANCE)
        make_draft(photo, DraftKind.CROPS, {"crops": [{"box": [0.2, 0.2, 0.8, 0.8]}]})
    return rows


def start(project: Project, item_type: str, **fields: Any) -> Campaign:
    campaign = create_campaign(
        project=project, name=f"Our {item_type}", item_type=item_type,
        overlap=fields.pop("overlap", 1), guidelines="Look at the light.", by=None, **fields,
    )  # fmt: skip
    add_selection(campaign=campaign, selection=Selection(), by=None)
    return open_campaign(campaign=campaign, by=None)


@pytest.fixture
def said(page: Page) -> Iterator[list[str]]:
    """What the page's console says; faults fail the test."""
    words: list[str] = []
    page.on("console", lambda m: words.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: words.append(str(error)))
    yield words
    assert [each for each in words if "Failed to load resource" not in each] == []


def sign_in(context: BrowserContext, person: User, live_url: str) -> None:
    session = signed_in(person).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_url}])


@pytest.fixture
def desk(page: Page, live_url: str, ben: User, said: list[str], photos: list[Photo]) -> Open:
    """Opens an address as Ben and waits for what it shows first."""
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page.context, ben, live_url)

    def go(path: str) -> Page:
        page.goto(live_url + path)
        return page

    return go


def work(desk: Open, campaign: Campaign) -> Page:
    """Ben's workspace with an item on it."""
    page = desk(f"/work/{campaign.pk}/")
    shown(page)
    return page


def shown(page: Page) -> int:
    """Wait for an item that can be answered; its assignment."""
    page.wait_for_selector("[data-shell][data-item]")
    page.wait_for_timeout(260)  # a key pressed twice does not answer what nobody has seen
    return int(page.get_attribute("[data-shell]", "data-item") or 0)


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def check(page: Page) -> None:
    """No known fault of accessibility."""
    found = Axe().run(page)
    assert not found.response["violations"], found.generate_report()


def wait_for(count: Callable[[], int], wanted: int) -> None:
    """Until the database holds so many."""
    end = time.monotonic() + 20
    while count() < wanted:
        assert time.monotonic() < end, f"{count()} of {wanted}"
        time.sleep(0.05)


def responses(campaign: Campaign) -> Callable[[], int]:
    return lambda: Response.objects.filter(item__campaign=campaign).count()


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
    expect(page.locator("[data-bar-words]")).to_have_text("3 of 3")


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


def test_a_key_held_down_answers_once(desk: Open, project: Project) -> None:
    campaign = start(project, "photo_score")
    page = work(desk, campaign)
    press(page, "5", "Enter", "Enter", "Enter")
    wait_for(responses(campaign), 1)
    shown(page)
    assert responses(campaign)() == 1


def test_without_a_network_work_goes_on_and_is_sent_later(desk: Open, project: Project) -> None:
    campaign = start(project, "photo_score")
    page = work(desk, campaign)
    page.wait_for_load_state("networkidle")  # the next item is here already
    page.context.set_offline(True)
    press(page, "5", "Enter")
    shown(page)
    press(page, "6", "Enter")
    expect(page.locator("[data-bar-state]")).to_contain_text("2 waiting")
    assert responses(campaign)() == 0
    page.context.set_offline(False)
    wait_for(responses(campaign), 2)
    expect(page.locator("[data-bar-state]")).to_have_text("saved", timeout=15_000)
    assert set(Rating.objects.values_list("value", flat=True)) == {5, 6}


def test_a_reply_that_is_lost_makes_no_second_answer(desk: Open, project: Project) -> None:
    campaign = start(project, "photo_score")
    page = work(desk, campaign)
    lost: list[str] = []

    def lose(route: Any) -> None:
        if lost:
            return route.continue_()
        lost.append(route.request.post_data)
        route.fetch()  # the server has it
        return route.abort()

    page.route("**/submit/", lose)
    with page.expect_response("**/submit/", timeout=30_000):  # the second try is heard
        press(page, "5", "Enter")
    expect(page.locator("[data-bar-state]")).to_have_text("saved", timeout=15_000)
    assert lost and responses(campaign)() == 1


def test_undo_and_change(desk: Open, project: Project) -> None:
    campaign = start(project, "photo_score")
    page = work(desk, campaign)
    first = shown(page)
    press(page, "5", "Enter")
    wait_for(responses(campaign), 1)
    shown(page)
    press(page, "u")
    page.wait_for_selector(f"[data-shell][data-item='{first}']")
    shown(page)
    expect(page.get_by_role("radio", name="5")).to_have_attribute("aria-checked", "true")
    press(page, "8", "Enter")
    wait_for(responses(campaign), 2)
    newest = Response.objects.latest("pk")
    assert newest.answer["score"] == 8 and newest.replaces is not None


def test_unfinished_work_is_found_again(desk: Open, project: Project) -> None:
    campaign = start(project, "photo_score")
    page = work(desk, campaign)
    held = shown(page)
    press(page, "8")
    wait_for(lambda: WorkingCopy.objects.count(), 1)
    page.evaluate("localStorage.clear()")
    page.reload()
    assert shown(page) == held
    expect(page.get_by_role("radio", name="8")).to_have_attribute("aria-checked", "true")


def test_two_windows_show_both_versions(desk: Open, project: Project) -> None:
    campaign = start(project, "photo_score")
    page = work(desk, campaign)
    item = Assignment.objects.get(pk=shown(page)).item
    ben = Assignment.objects.get(pk=shown(page)).person
    WorkingCopy.objects.create(item=item, person=ben, content={"score": 2}, version=4)
    press(page, "8")
    expect(page.get_by_text("This item was also edited elsewhere")).to_be_visible()
    page.get_by_role("button", name="Take the other one").click()
    expect(page.get_by_role("radio", name="2")).to_have_attribute("aria-checked", "true")


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
    page.wait_for_selector(f"[data-shell][data-item]:not([data-item='{before}'])")


def test_a_lost_item_is_told_and_the_answer_kept(
    desk: Open, project: Project, eve: User, said: list[str]
) -> None:
    campaign = start(project, "photo_score")
    page = work(desk, campaign)
    Assignment.objects.filter(pk=shown(page)).update(lease_until="2000-01-01T00:00Z")
    claimed(campaign, eve)
    press(page, "5", "Enter")
    expect(page.get_by_text("somebody else has it now")).to_be_visible()
    page.get_by_role("button", name="Show it").click()
    expect(page.get_by_role("radio", name="5")).to_have_attribute("aria-checked", "true")


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
    page.get_by_role("link", name=f"Item {item.pk}").click()
    page.get_by_label("Your reply").fill("The horizon leans.")
    page.get_by_role("button", name="Say it").click()
    expect(page.get_by_text("The horizon leans.")).to_be_visible()
    check(page)


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
    scored(item, ben, 2)
    scored(item, make_member(project, "Tom", "expert"), 9)
    page.reload()
    check(page)
    page.get_by_role("link", name=f"Item {item.pk}").click()
    check(page)
    page.get_by_role("button", name="Settle").click()
    page.get_by_label("2 of 10").check()
    page.get_by_label("Why").fill("The light is flat.")
    check(page)
    page.get_by_role("button", name="Write the golden record").click()
    expect(page.get_by_text("The light is flat.")).to_be_visible()
    assert Adjudication.objects.get().answer["score"] == 2
