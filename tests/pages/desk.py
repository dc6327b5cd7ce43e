"""What the tests of pages do at the desk: wait for an item, press keys, drag, read what was sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def await_item(page: Page, item: int) -> None:
    """Until the item is shown and takes answers."""
    page.wait_for_selector(f'[data-shell][data-item="{item}"]')
    page.wait_for_selector("[data-keybar] button")
    page.wait_for_timeout(220)


def run_js(page: Page, module: str, code: str) -> Any:
    """Runs code with ``m``, a module of static/js."""
    return page.evaluate(f"async () => {{ const m = await import('/static/js/{module}'); {code} }}")


def answer_of(page: Page, act: Callable[[], None]) -> dict[str, Any]:
    """The answer that ``act`` sends."""
    with page.expect_request("**/submit") as sent:
        act()
    body: dict[str, Any] = sent.value.post_data_json
    return body


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def findings(page: Page) -> list[Any]:
    """What axe has to say, shortly."""
    found = Axe().run(page).response["violations"]
    return [(v["id"], [n["target"] for n in v["nodes"]]) for v in found]


def box_of(page: Page) -> list[float]:
    """The frame as shown, normalised on the photo."""
    found: list[float] = page.evaluate("""() => {
      const f = document.querySelector('.crop__frame').getBoundingClientRect();
      const p = document.querySelector('.crop__area').getBoundingClientRect();
      return [(f.left - p.left) / p.width, (f.top - p.top) / p.height, (f.right - p.left) / p.width, (f.bottom - p.top) / p.height];
    }""")
    return found


def at(page: Page, x: float, y: float) -> tuple[float, float]:
    area = page.locator(".crop__area").bounding_box()
    assert area is not None
    return area["x"] + x * area["width"], area["y"] + y * area["height"]


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*at(page, *start))
    page.mouse.down()
    page.mouse.move(*at(page, *end), steps=6)
    page.mouse.up()
