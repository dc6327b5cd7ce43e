"""Answers on their way: kept, sent again, taken back, refused; working copies."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.pages.desk import answer_of, await_item, press, run_js

pytestmark = pytest.mark.browser


OUTBOX = """
  const problem = (status) => Object.assign(new Error('no'), { status, isPassing: status === 0 || status >= 500 });
  const log = { sent: [], refused: [], states: [] };
  const replies = REPLIES;
  const make = () => m.createOutbox({
    name: 'test', wait: 5,
    send: async (e) => { log.sent.push(e.id); const r = replies.shift(); if (r !== 200) throw problem(r); return { ok: 1 }; },
    onRefused: (e) => log.refused.push(e.id), onChange: (s) => log.states.push(`${s.state} ${s.waiting}`),
  });
  const box = make();
  const idle = async () => { for (let i = 0; i < 100 && box.status().waiting; i += 1) await new Promise((r) => setTimeout(r, 10)); };
"""


def outbox(page: Page, replies: list[int], code: str) -> Any:
    page.evaluate("localStorage.clear()")
    return run_js(page, "outbox.js", OUTBOX.replace("REPLIES", json.dumps(replies)) + code)


def test_an_answer_is_sent_again_under_the_same_id(shelf: Page) -> None:
    log = outbox(shelf, [0, 503, 200], """
      await box.add({ id: 'x', body: { assignment: 4 } }); await idle(); return log;
    """)  # fmt: skip
    assert log["sent"] == ["x", "x", "x"]
    assert "offline 1" in log["states"]
    assert log["states"][-1] == "idle 0"


def test_answers_keep_their_order_and_a_refused_one_is_kept(
    shelf: Page,
) -> None:
    log = outbox(shelf, [409, 200], """
      box.add({ id: 'a', body: {} }); await box.add({ id: 'b', body: {} }); await box.flush(); await idle();
      return { ...log, kept: box.status().refused.map((e) => e.id) };
    """)  # fmt: skip
    assert log["sent"] == ["a", "b"]
    assert log["refused"] == log["kept"] == ["a"]


def test_what_waits_outlives_the_page_and_is_added_once(shelf: Page) -> None:
    page = shelf
    outbox(
        page,
        [0] * 50,
        "await box.add({ id: 'x', body: {} }); await box.add({ id: 'x', body: {} });",
    )
    page.reload()
    waiting = run_js(page, "outbox.js", """
      const box = m.createOutbox({ name: 'test', send: async () => ({}) });
      const before = box.status().waiting; await box.flush(); return [before, box.status().waiting];
    """)  # fmt: skip
    assert waiting == [1, 0]


def test_an_answer_not_yet_on_its_way_can_be_taken_back(shelf: Page) -> None:
    found = outbox(shelf, [0] * 50, """
      await box.add({ id: 'x', body: {} });
      return [box.cancel('x'), box.cancel('x'), box.status().waiting];
    """)  # fmt: skip
    assert found == [True, False, 0]


def test_undo_brings_the_answer_back(work: Callable[[str], Page]) -> None:
    page = work("photo_score")
    press(page, "4")
    with page.expect_response("**/submit"):
        press(page, "Enter")
    press(page, "u")
    expect(page.get_by_role("radio", name="4")).to_be_checked()
    await_item(page, 0)
    assert answer_of(page, lambda: press(page, "Enter"))["assignment"] == 0


def test_offline_answers_wait_and_go_out(work: Callable[[str], Page]) -> None:
    page = work("photo_score")
    sent: list[dict[str, Any]] = []

    def hear(route: Route, request: Request) -> None:
        sent.append(request.post_data_json)
        route.abort() if len(sent) == 1 else route.continue_()

    page.route("**/submit", hear)
    press(page, "4", "Enter")
    expect(page.locator("[data-bar-state]")).to_have_text("offline, 1 waiting")
    expect(page.locator("[data-bar-state]")).to_have_text("saved", timeout=10_000)
    assert len(sent) == 2
    assert sent[0] == sent[1]


def test_an_unsent_answer_survives_a_reload(work: Callable[[str], Page]) -> None:
    page = work("photo_score")
    page.route("**/submit", lambda route: route.abort())
    press(page, "4", "Enter")
    expect(page.locator("[data-bar-state]")).to_have_text("offline, 1 waiting")
    page.unroute("**/submit")
    sent = answer_of(page, lambda: page.reload() and None)
    assert sent["answer"]["score"] == 4


def test_a_refused_answer_is_kept_and_can_be_seen_again(work: Callable[[str], Page]) -> None:
    page = work("crop_mos")
    words = "Your time on this item ran out."
    page.route(
        "**/submit", lambda route: route.fulfill(status=403, json={"error": {"message": words}})
    )
    press(page, "3", "3", "3", "3", "3", "3", "Enter")
    expect(page.locator(".toast--bad")).to_contain_text(words)
    page.get_by_role("button", name="Show it").click()
    expect(page.get_by_role("radio", name="3, fair", checked=True)).to_have_count(6)


def test_a_working_copy_is_saved_and_found_again(work: Callable[[str], Page]) -> None:
    page = work("photo_score")
    with page.expect_request("**/working-copy") as saved:
        press(page, "8")
    assert saved.value.method == "PUT"
    assert saved.value.post_data_json["content"]["score"] == 8
    page.reload()
    expect(page.get_by_role("radio", name="8")).to_be_checked()


def test_a_conflict_shows_both(work: Callable[[str], Page]) -> None:
    page = work("photo_score")
    detail = {"theirs": {"score": 2, "cannot_judge": False}, "version": 5}
    page.route(
        "**/working-copy",
        lambda route: route.fulfill(status=409, json={"error": {"message": "x", "detail": detail}}),
    )
    press(page, "8")
    page.get_by_role("button", name="Take the other one").click()
    expect(page.get_by_role("radio", name="2")).to_be_checked()
