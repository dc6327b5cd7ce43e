"""The form of one's own keys in a real browser, by keyboard alone."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.services.preferences import change_preferences, preferences_of
from tests.people import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def form(page: Page, live_url: str, ben: User) -> Page:
    session = signed_in(ben).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_url}])
    page.goto(f"{live_url}/account/keys/")
    return page


def test_a_key_is_changed_by_pressing_it(form: Page, ben: User) -> None:
    form.get_by_label("Skip").focus()
    form.keyboard.press("q")
    form.keyboard.press("Tab")
    expect(form.get_by_label("Flag for the lead")).to_be_focused()
    form.get_by_role("button", name="Save").focus()
    form.keyboard.press("Enter")
    expect(form.get_by_role("status")).to_contain_text("Saved")
    ben.refresh_from_db()
    assert preferences_of(ben).keys == {"skip": "q"}


def test_a_collision_is_said_and_can_be_taken_back(form: Page, ben: User) -> None:
    form.get_by_label("Skip").press("n")
    form.get_by_role("button", name="Save").press("Enter")
    expect(form.get_by_text("would do two things").first).to_be_visible()
    form.get_by_label("Skip").press("Escape")
    form.get_by_role("button", name="Save").press("Enter")
    expect(form.get_by_role("status")).to_contain_text("Saved")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(form: Page, ben: User, scheme: Any) -> None:
    change_preferences(person=ben, given={"keys": {"skip": "q"}})
    form.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    form.set_viewport_size({"width": 1024, "height": 768})
    form.reload()
    found = Axe().run(form).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
    assert form.evaluate("document.documentElement.scrollWidth <= innerWidth")
