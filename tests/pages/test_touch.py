"""On a tablet: every target is large enough for a finger; crops, pairs and grids are done by touch alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from annotation.item_types import registry
from tests.pages.desk import answer_of, at, await_item, box_of

pytestmark = pytest.mark.browser
# Whatever can be pressed and is smaller than 44 px, but for words in the middle of a sentence.
SMALL = """() => [...document.querySelectorAll("a, button, input, select, textarea, summary, [role=radio], [role=separator], [tabindex='0']")]
  .filter((node) => node.checkVisibility({ visibilityProperty: true }) && node.getBoundingClientRect().width && !node.closest("p, .skip-link") && getComputedStyle(node).pointerEvents !== "none")
  .map((node) => [node, node.getBoundingClientRect()])
  .filter(([, r]) => Math.min(r.width, r.height) < 43.5)
  .map(([node, r]) => `${node.tagName} ${node.className.baseVal ?? node.className} "${node.innerText?.slice(0, 20)}" ${Math.round(r.width)}x${Math.round(r.height)}`)"""


@pytest.fixture(scope="module")
def tablet(browser: Browser, site: str) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 1024, "height": 768}, has_touch=True, base_url=site
    )
    yield context.new_page()
    context.close()


class Fingers:
    """Touches at places of the photo, 0 to 1."""

    def __init__(self, page: Page) -> None:
        self.page, self.line = page, page.context.new_cdp_session(page)

    def __call__(self, kind: str, *points: tuple[float, float]) -> None:
        spots = [at(self.page, *point) for point in points]
        where = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(spots)]
        self.line.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": where})

    def drag(self, *points: tuple[float, float]) -> None:
        for i, point in enumerate(points):
            self("touchMove" if i else "touchStart", point)
        self("touchEnd")


def sit_down(tablet: Page, item_type: str) -> Page:
    tablet.goto(f"/expert/{item_type}/")
    tablet.evaluate("localStorage.clear()")
    await_item(tablet, 0)
    return tablet


@pytest.mark.parametrize("item_type", registry.names())
def test_targets_are_large_enough_for_a_finger(tablet: Page, item_type: str) -> None:
    assert sit_down(tablet, item_type).evaluate(SMALL) == []


def test_a_frame_is_drawn_resized_and_pinched(tablet: Page) -> None:
    page = sit_down(tablet, "crop_draw")
    touch = Fingers(page)
    touch.drag((0.85, 0.2), (0.9, 0.5), (0.97, 0.8))
    assert box_of(page) == pytest.approx([0.85, 0.2, 0.97, 0.8], abs=0.02)
    touch.drag((0.85, 0.2), (0.7, 0.15), (0.6, 0.1))
    assert box_of(page) == pytest.approx([0.6, 0.1, 0.97, 0.8], abs=0.02)
    drawn, small = box_of(page), page.locator(".crop__area").bounding_box()
    touch("touchStart", (0.2, 0.4))
    touch("touchStart", (0.2, 0.4), (0.4, 0.6))
    touch("touchMove", (0.1, 0.3), (0.5, 0.7))
    touch("touchEnd")
    large = page.locator(".crop__area").bounding_box()
    assert small and large and large["width"] > 1.5 * small["width"]
    assert box_of(page) == pytest.approx(drawn, abs=0.01)
    sent = answer_of(page, lambda: page.get_by_role("button", name="Keep this crop").tap())
    assert sent["answer"]["crops"][0]["box"] == pytest.approx(drawn, abs=0.02)


def test_a_choice_and_a_grid_are_tapped(tablet: Page) -> None:
    page = sit_down(tablet, "preference_pair")
    left = page.get_by_role("button", name="Left")
    expect(left).to_be_enabled()
    assert answer_of(page, left.tap)["answer"]["choice"] == "left"
    page = sit_down(tablet, "crop_mos")
    for group in page.get_by_role("radiogroup").all():
        group.get_by_role("radio", name="4, good").tap()
    scores = answer_of(page, page.get_by_role("button", name="Done").tap)["answer"]["scores"]
    assert {each["score"] for each in scores} == {4}
