"""Copies of unfinished work: which one goes on, and that every page takes up what it was given."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.pages.desk import run_js

pytestmark = pytest.mark.browser
MINE, THEIRS = {"text": "mine"}, {"text": "theirs"}


def kept(content: Any, version: int, *, is_saved: bool = False, sent: Any = ()) -> dict[str, Any]:
    return {"content": content, "version": version, "isSaved": is_saved, "sent": list(sent)}


@pytest.mark.parametrize(
    ("here", "there", "shown", "asks"),
    [
        (None, None, None, False),
        (None, (THEIRS, 3), THEIRS, False),
        (kept(MINE, 0), None, MINE, False),  # never reached the server
        (kept(MINE, 3), (THEIRS, 3), MINE, False),  # went on from the server's
        (kept(MINE, 3, is_saved=True), (THEIRS, 4), THEIRS, False),  # another browser went on
        (kept(MINE, 3, sent=[THEIRS]), (THEIRS, 4), MINE, False),  # only the reply was lost
        (kept({"b": 1, "a": 2}, 3), ({"a": 2, "b": 1}, 4), {"a": 2, "b": 1}, False),
        (kept(MINE, 3), (THEIRS, 4), MINE, True),  # both went on
    ],
)
def test_which_copy_goes_on(shelf: Page, here: Any, there: Any, shown: Any, *, asks: bool) -> None:
    server = there and {"content": there[0], "version": there[1]}
    found = run_js(
        shelf, "kept-copy.js", f"return m.pickCopy({json.dumps(here)}, {json.dumps(server)})"
    )
    assert found["content"] == shown and bool(found["theirs"]) == asks
    assert found["version"] == (there[1] if there else 0)


# Of each page, an answer that says something in every field.
WHOLE: dict[str, dict[str, Any]] = {
    "guidance_review": {
        "verdict": "accept", "reason": "", "overall": "One.", "analysis": "Two.", "guidance": "Three.",
        "issues": ["dark"], "suggestions": ["wait", "kneel"],
        "marks": [{"block": "analysis", "index": 0, "mark": "wrong"}],
        "regions": [{"block": "analysis", "index": 0, "box": [0.1, 0.1, 0.2, 0.3]}],
    },
    "rationale_review": {
        "verdict": "accept", "label": "bad", "reason": "", "rationale": "Other words.",
        "marks": [{"index": 0, "mark": "partly"}], "regions": [{"index": 0, "box": [0, 0, 0.5, 0.5]}],
        "box": [0.2, 0.2, 0.8, 0.9],
    },
    "photo_score": {"score": 4, "cannot_judge": False},
    "crop_draw": {
        "crops": [
            {"box": [0.1, 0.1, 0.5, 0.6], "ratio": "free", "overlay": "spiral 3", "why": "Calm."},
            {"box": [0.2, 0.2, 0.9, 0.9], "ratio": "3:2", "overlay": "thirds", "why": ""},
        ],
        "none_better": False,
    },
    "composition_review": {
        "elements": [{"name": "vertical", "points": [0.2, 0.1, 0.2, 0.9], "draft": None, "confirmed": True}],
        "none": False,
    },
    "question_region": {"box": [0.1, 0.2, 0.3, 0.4], "not_visible": False, "note": "Far out."},
    "cross_review": {"verdict": "correct", "box": [0.1, 0.2, 0.6, 0.7], "reason": ""},
    "answer_judging": {
        "completeness": 0, "preciseness": 2, "relevance": None, "cannot_judge": False, "note": "Late.",
    },
}  # fmt: skip
TAKEN_UP = """
  const { post } = await import("/static/js/http.js");
  const { item } = await post("/expert/TYPE/claim", { after: [] });
  const given = GIVEN;
  const nodes = ["div", "div", "div"].map((tag) => document.body.appendChild(document.createElement(tag)));
  const keys = { register: () => () => {}, layer: () => ({ register() {}, close() {} }), refresh() {}, clear() {} };
  const nothing = () => {};
  const handle = m.mount(item, nodes[0], nodes[1], {
    keys, saved: given, urls: {}, setLayout: nothing, actions: nothing, foot: nodes[2], changed: nothing, submit: nothing,
    redraft: null, say: nothing, tell: nothing,
  });
  await handle.ready;
  const answer = handle.answer();
  handle.destroy();
  nodes.forEach((node) => node.remove());
  return answer;
"""


@pytest.mark.parametrize("item_type", WHOLE)
def test_a_page_takes_up_the_whole_of_what_was_kept(shelf: Page, item_type: str) -> None:
    code = TAKEN_UP.replace("GIVEN", json.dumps(WHOLE[item_type])).replace("TYPE", item_type)
    assert run_js(shelf, f"types/{item_type}.js", code) == WHOLE[item_type]


def test_two_copies_are_told_in_words_where_they_differ(shelf: Page) -> None:
    mine = {"box": [0.1, 0.2, 0.5, 0.75], "note": "Late.", "not_visible": False}
    theirs = {"box": None, "note": "Late.", "not_visible": True}
    told = run_js(
        shelf, "work-copies.js", f"return m.differences({json.dumps(mine)}, {json.dumps(theirs)})"
    )
    assert told == [
        ["box", "a frame from 10, 20 to 50, 75 %", "nothing"], ["not visible", "no", "yes"],
    ]  # fmt: skip
