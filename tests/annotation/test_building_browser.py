"""A lead builds a campaign by keyboard alone: form, preview, items, opening, its place in Now."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from accounts.models import Project, User
from annotation.models import Campaign, SavedView
from tests.catalog.imports import imported
from tests.catalog.pictures import jpeg
from tests.people import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HERE = "/p/lighthouse/campaigns"


def test_a_campaign_is_built_by_keyboard(
    browser: Browser, live_url: str, project: Project, ada: User, ben: User, kim: User
) -> None:
    imported(project, kim, {f"{n}.jpg": jpeg(n, size=(600, 400)) for n in (1, 2)})
    context = browser.new_context(reduced_motion="reduce")
    session = signed_in(ada).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_url}])
    page, faults = context.new_page(), []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{live_url}{HERE}/new/")
    _enter(page, page.get_by_role("link", name="Choose Photo score, 1 to 10"))
    _fill_in(page)
    _enter(page, page.get_by_role("button", name="Make the campaign"))
    expect(page.get_by_role("heading", name="Before you open it")).to_be_visible()
    _keep_a_view(page)
    _enter(page, page.get_by_role("link", name="Overview"))
    _enter(page, page.get_by_role("button", name="Open", exact=True))
    expect(page.get_by_role("status")).to_contain_text("is open")
    page.goto(f"{live_url}/p/lighthouse/now/")
    expect(page.get_by_role("row", name="Coast")).to_contain_text("0 of 2")
    _check(page)
    assert faults == [] and Campaign.objects.get().state == "open"
    context.close()


def _fill_in(page: Page) -> None:
    frame = page.frame_locator(".preview__frame")
    expect(frame.get_by_text("How good is this photo?")).to_be_visible()
    _type(page, page.get_by_label("Name", exact=True), "Coast")
    _type(page, page.get_by_label("Question"), "Is it calm?")
    _type(page, page.get_by_label("Answers per item"), "1")
    page.keyboard.press("Tab")
    expect(frame.get_by_text("Is it calm?")).to_be_visible()
    expect(page.locator("#workload")).to_contain_text("Answers2")
    _check(page)


def _keep_a_view(page: Page) -> None:
    _enter(page, page.get_by_role("link", name="Items", exact=True))
    page.get_by_label("State").focus()
    page.keyboard.type("open")
    _enter(page, page.get_by_role("button", name="Show"))
    _enter(page, page.get_by_role("button", name="Keep this view"))
    _type(page, page.get_by_label("Name", exact=True), "Still open")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Still open")).to_have_attribute("aria-current", "true")
    assert SavedView.objects.get().query == {"state": "open"}
    _check(page)


def _enter(page: Page, control: Locator) -> None:
    control.focus()
    page.keyboard.press("Enter")


def _type(page: Page, field: Locator, words: str) -> None:
    field.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type(words)


def _check(page: Page) -> None:
    report = Axe().run(page)
    assert not report.response["violations"], report.generate_report()
