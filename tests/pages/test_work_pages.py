"""What holds for every expert's page: it is accessible, light and fits; skip, flag, surround, sheet of keys."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Response, Route, expect

from annotation.item_types import registry
from tests.pages.desk import await_item, findings, press

pytestmark = pytest.mark.browser


TYPES = registry.names()


@pytest.mark.parametrize("item_type", TYPES)
def test_an_expert_page_is_accessible_light_and_fits(
    page: Page, work: Callable[[str], Page], item_type: str
) -> None:
    code: list[Response] = []
    page.on("response", lambda r: code.append(r) if re.search(r"\.(js|css)$", r.url) else None)
    work(item_type)
    assert findings(page) == []
    assert sum(len(response.body()) for response in code) < 300 * 1024
    height, room = page.evaluate("[document.documentElement.scrollHeight, innerHeight]")
    assert height <= room, "only the panel scrolls"


def test_skip_asks_for_a_reason_without_a_dialog(work: Callable[[str], Page]) -> None:
    page = work("photo_score")
    press(page, "s")
    with page.expect_request("**/skip") as sent:
        press(page, "3")
    assert sent.value.post_data_json == {"assignment": 0, "reason": "not_my_subject"}
    expect(page.locator("[data-bar-words]")).to_have_text("1 of 80")


def test_a_flag_carries_its_words(work: Callable[[str], Page]) -> None:
    page = work("photo_score")
    press(page, "7", "f")
    page.keyboard.type("This photo is upside down.")
    with page.expect_request("**/flag") as sent:
        press(page, "Control+Enter")
    assert sent.value.post_data_json["reason"] == "This photo is upside down."
    expect(page.locator(".toast--good")).to_be_visible()
    press(page, ";")
    page.keyboard.type("It is soft.")
    with page.expect_request("**/comment") as said:
        press(page, "Control+Enter")
    assert said.value.post_data_json == {"assignment": 0, "text": "It is soft."}
    # What sends the comment must not send the answer too.
    expect(page.locator("[data-shell]")).to_have_attribute("data-item", "0")


def test_the_surround_is_remembered(work: Callable[[str], Page]) -> None:
    page = work("photo_score")
    press(page, "b", "b")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-surround", "white")


def test_every_key_of_the_sheet_is_shown(work: Callable[[str], Page]) -> None:
    page = work("crop_draw")
    press(page, "?")
    expect(page.locator("#key-sheet")).to_contain_text("before / after")
    press(page, "l", "Escape")
    expect(page.locator(".crop")).not_to_have_attribute("data-lights", "")


def test_an_answer_can_be_opened_again_to_be_changed(work: Callable[[str], Page]) -> None:
    page = work("photo_score")

    def reopened(route: Route) -> None:
        page_source = route.fetch().text()
        entry = '"assignment": {"id": 0, "urls": {"submit": "/elsewhere"}}, "answer": {"score": 3}'
        route.fulfill(
            body=page_source.replace('"assignment": {"id": 0}', entry), content_type="text/html"
        )

    page.route("**/expert/photo_score/", reopened)
    page.reload()
    await_item(page, 0)
    expect(page.get_by_role("radio", name="3")).to_be_checked()
    press(page, "5")
    with page.expect_request("**/elsewhere") as sent:
        press(page, "Enter")
    assert sent.value.post_data_json["answer"]["score"] == 5


CROWDED = """() => {
  const seen = [...document.querySelectorAll('.bar button, .bar a, .panel__foot button, .keybar-row__more button, .panel .chip')]
    .filter((b) => b.checkVisibility() && b.getBoundingClientRect().width);
  const boxes = seen.map((b) => [b.innerText, b.getBoundingClientRect()]);
  const out = boxes.filter(([, r]) => r.left < -1 || r.right > innerWidth + 1).map(([words]) => `outside: ${words}`);
  boxes.forEach(([a, r], i) => boxes.slice(i + 1).forEach(([b, q]) => {
    const w = Math.min(r.right, q.right) - Math.max(r.left, q.left), h = Math.min(r.bottom, q.bottom) - Math.max(r.top, q.top);
    if (w > 2 && h > 2 && !a.includes(b) && !b.includes(a)) out.push(`over each other: ${a} | ${b}`);
  }));
  if (document.documentElement.scrollWidth > innerWidth) out.push('scrolls sideways');
  return out;
}"""


def test_text_of_twice_the_size_loses_nothing(page: Page, work: Callable[[str], Page]) -> None:
    tab = page.context.new_cdp_session(page)
    tab.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    crowded = {item_type: work(item_type).evaluate(CROWDED) for item_type in TYPES}
    assert crowded == {item_type: [] for item_type in TYPES}


def test_the_clock_pauses_and_the_panel_keeps_its_width(work: Callable[[str], Page]) -> None:
    page = work("guidance_review")
    page.get_by_role("button", name="pause").click()
    expect(page.get_by_role("heading", name="Paused")).to_be_visible()
    press(page, "Enter")
    expect(page.get_by_role("heading", name="Paused")).to_be_hidden()
    page.get_by_role("separator").focus()
    before = page.locator(".panel").bounding_box()
    press(page, "ArrowLeft", "ArrowLeft")
    page.reload()
    await_item(page, 0)
    after = page.locator(".panel").bounding_box()
    assert before and after and after["width"] == pytest.approx(before["width"] + 32, abs=1)
