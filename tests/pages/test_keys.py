"""One's own keys in a real browser: what the `?` sheet shows is declared, remapped, and works."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, Route

from accounts.keys import acts_of, key_pages
from accounts.services.remapping import own_keys
from annotation.item_types import registry

pytestmark = pytest.mark.browser
PAGES = {page.name: page for page in key_pages()}
EMPTY = '<script id="own-keys" type="application/json">{}</script>'
FIXED = {*"0123456789", "←", "→", "↑", "↓", "Esc", "TAB", "⇧", "Tab"}


def all_other_keys(name: str) -> dict[str, str]:
    """A key of one's own for every act of the page, none of them its default. The page of pairs shows
    texts here too, which have an act on D."""
    acts = acts_of(PAGES[name])
    fixed = {key.lower() for act in acts.values() for key in act.also} | {"d"}
    spare = [*"qvmtphywnaelzicrbxosugf;,.'/[]=`", "Insert", "Home", "End", "PageUp", "PageDown"]
    own: dict[str, str] = {}
    for act_name, act in acts.items():
        own[act_name] = next(key for key in spare if key not in (act.key, *fixed))
        spare.remove(own[act_name])
    return own_keys(own, name)


def cap(key: str) -> str:
    return key.upper() if len(key) == 1 else key


def ready(page: Page) -> None:
    page.wait_for_selector("[data-shell][data-item]")
    page.wait_for_timeout(220)


def heard(page: Page, key: str) -> str | None:
    """The default key of the act that a pressed key did. What an earlier key left open (a text, a
    list of reasons) may hold it back; then it has to work on the page as it is loaded."""
    for _ in range(2):
        ready(page)
        page.evaluate("document.activeElement.blur(); window.heard = null")
        page.keyboard.press(key)
        said: str | None = page.evaluate("window.heard")
        if said is not None:
            break
        page.reload()
    if page.locator("dialog[open], .reasons, .reject, .full-view").count():
        page.keyboard.press("Escape")
    return said


@pytest.mark.parametrize("name", registry.names())
def test_every_key_of_the_sheet_works_after_a_remap(page: Page, site: str, name: str) -> None:
    own = all_other_keys(name)

    def remap(route: Route) -> None:
        text = route.fetch().text()
        assert EMPTY in text
        mine = EMPTY.replace("{}", json.dumps(own))
        route.fulfill(body=text.replace(EMPTY, mine), content_type="text/html; charset=utf-8")

    page.route(f"**/expert/{name}/", remap)
    page.add_init_script(
        "document.addEventListener('reframe:key', (e) => { window.heard = e.detail; })"
    )
    page.goto(f"{site}/expert/{name}/")
    ready(page)
    page.keyboard.press(own["?"])
    caps = {cap.strip() for cap in page.locator("#key-sheet li kbd").all_inner_texts()}
    page.keyboard.press("Escape")
    shown = {default: key for default, key in own.items() if cap(key) in caps}
    # Whatever else the sheet prints is a key that stays: a digit, an arrow, with Ctrl, Shift or Alt.
    rest = caps - {cap(key) for key in own.values()} - FIXED
    assert all(cap.split()[0] in ("Ctrl", "⇧", "Alt") for cap in rest), rest
    assert len(shown) >= 5
    last = sorted(shown, key=lambda key: (key == "Enter", key))
    assert {key: heard(page, shown[key]) for key in last} == {key: key for key in last}
