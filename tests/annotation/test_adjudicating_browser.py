"""Settling by keyboard alone, in a real browser: texts sentence by sentence, and a frame."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from accounts.models import Project, User
from annotation.models import Adjudication, DraftKind, Item
from annotation.services.campaigns import add_selection, create_campaign, open_campaign
from annotation.subjects import Selection
from catalog.models import Photo
from tests.annotation.build import GUIDANCE, answered, claimed, make_draft
from tests.catalog.imports import imported
from tests.catalog.pictures import jpeg
from tests.people import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
REJECT = {"verdict": "reject", "reason": "vague", **GUIDANCE}
MINE = {"verdict": "accept", **GUIDANCE, "guidance": "Step past the wet rocks. Wait for the sun."}
FRAMES = [{"crops": [{"box": box}]} for box in ([0.0, 0.0, 0.4, 1.0], [0.6, 0.0, 1.0, 1.0])]


def disputed(project: Project, item_type: str, ben: User, eve: User, given: list[Any]) -> Item:
    campaign = create_campaign(
        project=project, name=item_type, item_type=item_type, overlap=2, by=None
    )
    add_selection(campaign=campaign, selection=Selection(), by=None)
    open_campaign(campaign=campaign, by=None)
    for person, answer in zip((ben, eve), given, strict=True):
        answered(claimed(campaign, person), answer)
    return Item.objects.get(campaign=campaign)


def test_a_lead_settles_by_keyboard(
    browser: Browser, live_url: str, project: Project, ada: User, ben: User, eve: User, kim: User
) -> None:
    imported(project, kim, {"a.jpg": jpeg(1, size=(600, 400))})
    make_draft(Photo.objects.get(), DraftKind.GUIDANCE, GUIDANCE)
    words = disputed(project, "guidance_review", ben, eve, [MINE, REJECT])
    frame = disputed(project, "crop_draw", ben, eve, FRAMES)
    context = browser.new_context(reduced_motion="reduce")
    session = signed_in(ada).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_url}])
    page, faults = context.new_page(), []
    page.on("pageerror", lambda error: faults.append(str(error)))
    _settle_words(page, live_url, words, ben)
    _settle_frame(page, live_url, frame)
    assert faults == []
    context.close()


def _settle_words(page: Page, live_url: str, item: Item, ben: User) -> None:
    page.goto(f"{live_url}/p/lighthouse/items/{item.pk}/adjudicate/")
    page.wait_for_function("window.deskReady")
    mine = item.responses.get(person=ben).pk
    digit = page.locator(f"input[name=base][value='{mine}']").get_attribute("data-pick")
    page.keyboard.press(str(digit))
    result = page.locator("textarea[name=text_guidance]")
    expect(result).to_have_value(MINE["guidance"])
    page.keyboard.press("j")
    page.keyboard.press("ArrowLeft")  # to the draft, or to Eve, who left it as it was
    expect(result).to_have_value("Step past the rocks. Wait for the sun.")
    _come_back(page)
    expect(result).to_have_value("Step past the rocks. Wait for the sun.")
    expect(page.locator("[data-standing]")).to_contain_text("put together")
    report = Axe().run(page)
    assert not report.response["violations"], report.generate_report()
    _write(page, "Both have a point.")
    record = Adjudication.objects.get(item=item)
    assert (record.how, record.answer["guidance"]) == (
        "merged",
        "Step past the rocks. Wait for the sun.",
    )
    assert mine in record.parents.values_list("pk", flat=True)


def _settle_frame(page: Page, live_url: str, item: Item) -> None:
    page.goto(f"{live_url}/p/lighthouse/items/{item.pk}/adjudicate/")
    page.wait_for_function("window.deskReady")
    page.keyboard.press("m")
    page.keyboard.press("c")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("[data-standing]")).to_contain_text("you drew")
    _come_back(page)
    expect(page.locator("[data-standing]")).to_contain_text("you drew")
    report = Axe().run(page)
    assert not report.response["violations"], report.generate_report()
    _write(page, "A little to the right.")
    record = Adjudication.objects.get(item=item)
    assert record.how == "drawn" and record.answer["crops"][0]["box"][0] > 0.3


def _come_back(page: Page) -> None:
    """What is half done is there again."""
    page.reload()
    page.wait_for_function("window.deskReady")
    expect(page.get_by_text("You had begun this")).to_be_visible()


def _write(page: Page, words: str) -> None:
    page.keyboard.press("Enter")
    page.keyboard.press("b")  # a reason that begins so: both are right
    page.keyboard.press("Tab")
    page.keyboard.type(words)
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
