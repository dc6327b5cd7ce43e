"""Modules without a page: sentences, word differences, active time."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page

from tests.pages.desk import run_js

pytestmark = pytest.mark.browser


def test_time_without_input_counts_as_idle(shelf: Page) -> None:
    found = run_js(shelf, "timer.js", """
      let t = 0; const target = new EventTarget(); target.visibilityState = 'visible';
      const timer = m.createTimer({ now: () => t, target });
      timer.start(); t = 10000; target.dispatchEvent(new Event('keydown'));
      t = 100000; target.dispatchEvent(new Event('keydown'));
      t = 105000; target.visibilityState = 'hidden'; target.dispatchEvent(new Event('visibilitychange'));
      t = 200000; target.visibilityState = 'visible'; target.dispatchEvent(new Event('visibilitychange'));
      t = 201000; return timer.read();
    """)  # fmt: skip
    assert found == {"active_ms": 10000 + 60000 + 5000 + 1000, "idle_ms": 30000 + 95000}


def test_sentences(shelf: Page) -> None:
    text = "Use f/2.8, e.g. at dusk. Is it sharp?  Yes!\nA new line"
    units = run_js(shelf, "sentences.js", f"return m.splitSentences({json.dumps(text)})")
    words = ["Use f/2.8, e.g. at dusk.", "Is it sharp?", "Yes!", "A new line"]
    assert [u["text"] for u in units] == words
    assert all(text[u["start"] : u["end"]] == u["text"] for u in units)


def test_the_pages_diff_keeps_both_texts(shelf: Page) -> None:
    before, after = "Use a wider lens so that it fits.", "Step forward, so that it fits."
    ops = run_js(
        shelf,
        "diff-view.js",
        f"return m.wordDiff({json.dumps(before)}, {json.dumps(after)})",
    )
    assert "".join(t for op, t in ops if op != "insert") == before
    assert "".join(t for op, t in ops if op != "delete") == after
