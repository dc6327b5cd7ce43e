"""The registry of keys: it sleeps while typing, knows other layouts, has layers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.pages.desk import press, run_js

pytestmark = pytest.mark.browser


KEYS_PAGE = """
  window.heard = [];
  const keys = m.createKeys({ sheet: false });
  keys.register({ key: 'a', label: 'accept', action: () => heard.push('a') });
  keys.register({ key: '1', label: 'one', action: () => heard.push('1') });
  keys.register({ key: 'Ctrl+Enter', label: 'send', action: () => heard.push('send') });
  const area = document.createElement('textarea'); area.id = 'text';
  const button = document.createElement('button'); button.id = 'act'; button.dataset.key = 'a';
  document.body.prepend(area, button);
  keys.refresh();
  window.strike = (init) => document.body.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, ...init }));
"""


@pytest.fixture
def keyed(open_page: Callable[[str], Page]) -> Page:
    page = open_page("/")
    run_js(page, "keys.js", KEYS_PAGE)
    return page


def test_keys_sleep_while_typing_except_sending(keyed: Page) -> None:
    keyed.focus("#text")
    press(keyed, "a", "1", "Control+Enter")
    assert keyed.evaluate("heard") == ["send"]
    assert keyed.input_value("#text") == "a1"
    press(keyed, "Escape", "a")
    assert keyed.evaluate("heard") == ["send", "a"]


def test_letters_and_digits_work_on_other_layouts(keyed: Page) -> None:
    keyed.evaluate("strike({ key: 'ф', code: 'KeyA' })")
    keyed.evaluate("strike({ key: '&', code: 'Digit1' })")
    keyed.evaluate("strike({ key: 'q', code: 'KeyA' })")
    assert keyed.evaluate("heard") == ["a", "1"]


def test_a_button_gets_its_cap_and_acts(keyed: Page) -> None:
    expect(keyed.locator("#act .key")).to_have_text("A")
    keyed.click("#act")
    assert keyed.evaluate("heard") == ["a"]


def test_a_layer_takes_the_keys_until_it_closes(keyed: Page) -> None:
    run_js(keyed, "keys.js", """
      window.upper = []; const keys = m.createKeys({ sheet: false }); const layer = keys.layer();
      keys.register({ key: 'b', label: 'b', action: () => upper.push('b') });
      window.close = () => layer.close();
      layer.register({ key: 'Escape', label: 'back', action: () => layer.close() });
    """)  # fmt: skip
    press(keyed, "b", "Escape", "b")
    assert keyed.evaluate("upper") == ["b"]
