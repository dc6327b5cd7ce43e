"""Nothing is lost: without a network, with replies that never come, in two windows, after a lease."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts.models import Project, User
from annotation.handles import handle_of
from annotation.models import Assignment, Campaign, Rating, Response, WorkingCopy
from catalog.models import Photo
from tests.annotation.build import claimed
from tests.annotation.desk import (
    Open,
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
from tests.loop.house import House
from tests.make import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


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
    page.wait_for_selector(f"[data-shell][data-item='{handle_of(first)}']")
    shown(page)
    expect(page.get_by_role("radio", name="5")).to_have_attribute("aria-checked", "true")
    press(page, "8", "Enter")
    wait_for(responses(campaign), 2)
    newest = Response.objects.latest("pk")
    assert newest.answer["score"] == 8 and newest.replaces is not None


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
    shown(page)
    press(page, "3")  # goes on from the other one
    wait_for(lambda: WorkingCopy.objects.filter(version=5, content__score=3).count(), 1)


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


@pytest.fixture
def house(transactional_db: None) -> Iterator[House]:
    """The site as a process that can be killed."""
    found = House(connection.settings_dict["NAME"])
    found.start("web")
    yield found
    found.stop()


def opened(context: BrowserContext, house: House, campaign: Campaign) -> Page:
    page = context.new_page()
    page.goto(f"{house.address}/work/{campaign.pk}/")
    shown(page)
    return page


def state(page: Page, words: str) -> None:
    expect(page.locator("[data-bar-state]")).to_have_text(words, timeout=15_000)


def write(page: Page, words: str) -> None:
    """At the beginning of the first text; the item's copy is told of it."""
    page.bring_to_front()
    press(page, "ArrowDown", "e")
    page.keyboard.type(words)


def test_the_server_is_killed_and_the_lid_is_closed(
    house: House, browser: Browser, project: Project, ben: User, photos: list[Photo]
) -> None:
    ben.set_password(PASSWORD)
    ben.save()
    scores, texts = start(project, "photo_score"), start(project, "guidance_review")
    laptop, tablet = browser.new_context(), browser.new_context()
    for context in (laptop, tablet):
        sign_in(context, ben, house.address)
    score, text = (opened(laptop, house, each) for each in (scores, texts))
    write(text, "One. ")
    state(text, "saved")
    # Killed between an answer's arrival and its reply, while something else is being written.
    house.end_at("annotation_response", "web", lambda: _answer_and_type(score, text))
    state(score, "offline, 1 waiting")
    state(text, "offline, kept here")
    text.keyboard.type("Three. ")
    text.close()
    house.start("web")
    state(score, "saved")
    assert [each.answer["score"] for each in Response.objects.all()] == [7]
    text = opened(laptop, house, texts)
    has(text, "One. Two. Three. A calm coast.")
    state(text, "saved")
    _another_machine(text, opened(tablet, house, texts))
    _signed_out(text, ben)
    _answered_twice(text, opened(tablet, house, texts))
    laptop.close()
    tablet.close()


def _answer_and_type(score: Page, text: Page) -> None:
    score.bring_to_front()
    press(score, "7", "Enter")
    text.bring_to_front()
    text.keyboard.type("Two. ")


def _another_machine(text: Page, other: Page) -> None:
    """Both go on with the same item; the second one to save is shown both, and chooses."""
    has(other, "One. Two. Three. A calm coast.")
    write(other, "There. ")
    state(other, "saved")
    write(text, "Here. ")
    expect(text.get_by_role("region", name="Elsewhere").locator("ins")).to_have_text("There")
    text.get_by_role("button", name="Keep what is here").click()
    state(text, "saved")
    assert "Here. One." in WorkingCopy.objects.get().content["overall"]
    other.close()


def _signed_out(text: Page, ben: User) -> None:
    """The session ends; whoever signs in anew goes on, without loading the page again."""
    text.context.clear_cookies()
    text.keyboard.type("Late. ")
    state(text, "signed out, kept here")
    door = text.context.new_page()
    door.goto(text.url)
    door.keyboard.type(ben.email)
    press(door, "Tab")
    door.keyboard.type(PASSWORD)
    press(door, "Enter")
    shown(door)
    door.close()
    text.evaluate("dispatchEvent(new Event('online'))")  # it would try again by itself
    state(text, "saved")
    assert "Here. Late. One." in WorkingCopy.objects.get().content["overall"]


def _answered_twice(text: Page, other: Page) -> None:
    """The first answer stands; the second is refused in words, and can still be read."""
    press(text, "Control+Enter")
    wait_for(
        lambda: Response.objects.filter(item__campaign__item_type="guidance_review").count(), 1
    )
    write(other, "Again. ")
    state(other, "kept here")
    press(other, "Control+Enter")
    expect(other.get_by_text("You have answered this item already")).to_be_visible()
    other.reload()
    other.get_by_role("button", name="Show it").click()
    has(other, "Again. Here. Late.")


def has(page: Page, words: str) -> None:
    """The first text on the page."""
    expect(page.get_by_role("region", name="Overall impression")).to_contain_text(words)
