"""The design system in a real browser: gallery, experts' pages, and the modules behind them.

The pages come from `core.web.design`, with sample items and no database.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test import override_settings
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, Page, Request, Response, Route, expect

pytestmark = pytest.mark.browser
ROOT = Path(settings.BASE_DIR)
TYPES = (
    "guidance_review",
    "rationale_review",
    "photo_score",
    "crop_draw",
    "composition_review",
    "crop_mos",
    "preference_pair",
)


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The gallery on a port of its own."""
    with override_settings(ROOT_URLCONF="core.web.design", SHOW_DESIGN_GALLERY=True):
        thread = LiveServerThread("127.0.0.1", StaticFilesHandler, port=0)
        thread.daemon = True
        thread.start()
        thread.is_ready.wait()
        yield f"http://127.0.0.1:{thread.port}"
        thread.terminate()


@pytest.fixture
def open_page(page: Page, site: str) -> Iterator[Callable[[str], Page]]:
    """Opens an address; at the end nothing may have been complained about in the console."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.set_viewport_size({"width": 1280, "height": 800})

    def go(path: str = "/") -> Page:
        page.goto(f"{site}{path}")
        if path.startswith("/expert/"):
            await_item(page, 0)
        return page

    yield go
    assert [words for words in complaints if "Failed to load resource" not in words] == []


@pytest.fixture
def work(open_page: Callable[[str], Page]) -> Callable[[str], Page]:
    """Opens the expert page of an item type."""
    return lambda item_type: open_page(f"/expert/{item_type}/")


@pytest.fixture(scope="module")
def shelf(browser: Browser, site: str) -> Iterator[Page]:
    """One page for tests that only call modules."""
    page = browser.new_page()
    page.goto(f"{site}/expert/photo_score/")
    yield page
    page.close()


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


# ---- what holds for all pages --------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_gallery(open_page: Callable[[str], Page], scheme: Any) -> None:
    page = open_page("/")
    # Without motion, or axe may look while the colours are still on their way.
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    assert findings(page) == []


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


def findings(page: Page) -> list[Any]:
    """What axe has to say, shortly."""
    found = Axe().run(page).response["violations"]
    return [(v["id"], [n["target"] for n in v["nodes"]]) for v in found]


def test_templates_hold_no_inline_script_style_or_handler() -> None:
    for file in (ROOT / "templates").rglob("*.html"):
        text = re.sub(
            r"{%\s*comment.*?endcomment\s*%}|{#.*?#}", "", file.read_text(), flags=re.DOTALL
        )
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text), file
        assert not re.search(r"<script(?![^>]*\ssrc=)", text), file


def test_the_gallery_is_hidden_in_production(client: Any) -> None:
    with override_settings(ROOT_URLCONF="core.web.design", SHOW_DESIGN_GALLERY=False):
        assert client.get("/").status_code == 404
        assert client.get("/expert/crop_draw/").status_code == 404


# ---- geometry ------------------------------------------------------------------------------


@pytest.fixture
def geometry(shelf: Page) -> Callable[[str], Any]:
    return lambda code: run_js(shelf, "geometry.js", code)


def test_boxes_stay_inside_at_their_ratio_and_size(geometry: Callable[[str], Any]) -> None:
    wrong = geometry("""
      let seed = 7; const rnd = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
      const bad = [];
      for (let i = 0; i < 4000; i += 1) {
        const aspect = 0.5 + 2 * rnd(), ratio = rnd() < 0.6 ? 0.4 + 2.2 * rnd() : null;
        const options = { aspect, ratio, min: [0.05, 0.05], centre: rnd() < 0.3 };
        let { box } = m.drawBox([rnd(), rnd()], [rnd() * 1.4 - 0.2, rnd() * 1.4 - 0.2], options);
        for (let j = 0; j < 3; j += 1) {
          const handle = m.HANDLES[Math.floor(rnd() * 8)];
          if (rnd() < 0.5) box = m.resizeBox(box, handle, rnd() - 0.5, rnd() - 0.5, options).box;
          else box = m.moveBox(box, rnd() - 0.5, rnd() - 0.5).box;
        }
        const inside = box.every((v) => v >= -1e-9 && v <= 1 + 1e-9) && box[0] < box[2] && box[1] < box[3];
        const kept = !ratio || Math.abs(m.ratioOf(box, aspect) / ratio - 1) < 1e-6;
        if (!inside || !kept) bad.push([box, options]);
      }
      return bad.slice(0, 3);
    """)
    assert wrong == []


def test_iou_and_moving(geometry: Callable[[str], Any]) -> None:
    assert geometry("return m.iou([0, 0, 1, 1], [0, 0, 0.5, 1])") == 0.5
    assert geometry("return m.iou([0, 0, 0.4, 1], [0.5, 0, 1, 1])") == 0
    assert geometry("return m.moveBox([0.5, 0.5, 0.75, 1], 0.5, 0.1)") == {
        "box": [0.75, 0.5, 1, 1],
        "stopped": True,
    }


def test_a_handle_leaves_the_other_side_alone(geometry: Callable[[str], Any]) -> None:
    east = geometry("return m.resizeBox([0.2, 0.2, 0.6, 0.6], 'e', 0.1, 0.3, {}).box")
    assert east == pytest.approx([0.2, 0.2, 0.7, 0.6])
    both = geometry("return m.resizeBox([0.2, 0.2, 0.6, 0.6], 'e', 0.1, 0, {centre: true}).box")
    assert both == pytest.approx([0.1, 0.2, 0.7, 0.6])


def test_too_small_is_said(geometry: Callable[[str], Any]) -> None:
    found = geometry("return m.drawBox([0.5, 0.5], [0.501, 0.501], {min: [0.05, 0.05]})")
    assert found["small"]
    assert found["box"] == pytest.approx([0.5, 0.5, 0.55, 0.55])


def test_crops_are_shown_at_one_area(geometry: Callable[[str], Any]) -> None:
    plan = geometry("return m.equalAreaGrid([1.5, 0.6, 1, 2, 1.3], 1200, 600, 20, 50)")
    areas = [w * h for w, h in plan["sizes"]]
    assert max(areas) == pytest.approx(min(areas))


def test_ratio_names(geometry: Callable[[str], Any]) -> None:
    assert geometry("return [1.5, 2 / 3, 1.7778, 1.37].map((r) => m.ratioName(r, 1.7778))") == [
        "3:2", "2:3", "original", "1.37:1",
    ]  # fmt: skip


# ---- keys ----------------------------------------------------------------------------------

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


# ---- outbox, timer, texts ------------------------------------------------------------------

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


# ---- the crop tool -------------------------------------------------------------------------


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


@pytest.fixture
def crop(work: Callable[[str], Page]) -> Page:
    page = work("crop_draw")
    page.wait_for_selector(".crop__frame:visible")
    return page


def test_a_crop_is_drawn_moved_and_sent(crop: Page) -> None:
    drag(crop, (0.9, 0.95), (0.8, 0.1))
    assert box_of(crop) == pytest.approx([0.8, 0.1, 0.9, 0.95], abs=0.01)
    drag(crop, (0.85, 0.5), (0.45, 0.5))
    assert box_of(crop) == pytest.approx([0.4, 0.1, 0.5, 0.95], abs=0.01)
    sent = answer_of(crop, lambda: press(crop, "Enter"))
    (given,) = sent["answer"]["crops"]
    assert given["box"] == pytest.approx([0.4, 0.1, 0.5, 0.95], abs=0.01)
    assert all(round(v, 6) == v for v in given["box"])
    assert sent["answer"]["none_better"] is False


def test_a_handle_resizes_and_undo_takes_it_back(crop: Page) -> None:
    before = box_of(crop)
    drag(crop, (before[2], before[3]), (before[2] - 0.2, before[3] - 0.2))
    assert box_of(crop)[2:] == pytest.approx([before[2] - 0.2, before[3] - 0.2], abs=0.01)
    press(crop, "Control+z")
    assert box_of(crop) == pytest.approx(before, abs=0.003)
    press(crop, "Control+Shift+z")
    assert box_of(crop)[2] == pytest.approx(before[2] - 0.2, abs=0.01)
    press(crop, "Backspace")
    assert box_of(crop) == pytest.approx(before, abs=0.003)


def test_arrows_nudge_by_a_pixel_of_the_shown_picture(crop: Page) -> None:
    area = crop.locator(".crop__area").bounding_box()
    assert area is not None
    before = box_of(crop)
    press(crop, "ArrowRight", "Shift+ArrowRight")
    assert (box_of(crop)[0] - before[0]) * area["width"] == pytest.approx(11, abs=0.6)
    press(crop, "Alt+ArrowDown")
    assert (box_of(crop)[3] - before[3]) * area["height"] == pytest.approx(1, abs=0.6)


def test_ratios_lock_and_turn(crop: Page) -> None:
    area = crop.locator(".crop__area").bounding_box()
    assert area is not None

    def ratio() -> float:
        box = box_of(crop)
        return (box[2] - box[0]) * area["width"] / ((box[3] - box[1]) * area["height"])

    press(crop, "5")
    assert ratio() == pytest.approx(1.5, rel=0.01)
    box = box_of(crop)
    drag(crop, (box[2], box[3]), (box[2] - 0.2, box[3]))
    assert ratio() == pytest.approx(1.5, rel=0.01)
    press(crop, "x")
    assert ratio() == pytest.approx(2 / 3, rel=0.01)


def test_the_edge_and_the_smallest_size_are_said(crop: Page) -> None:
    crop.mouse.move(*at(crop, 0.3, 0.5))
    crop.mouse.down()
    crop.mouse.move(*at(crop, -0.3, 0.5), steps=4)
    expect(crop.locator("[data-say]")).to_have_text("The frame stops at the photo's edge.")
    crop.mouse.up()
    crop.mouse.move(*at(crop, 0.9, 0.5))
    crop.mouse.down()
    crop.mouse.move(*at(crop, 0.91, 0.51), steps=4)
    expect(crop.locator("[data-say]")).to_contain_text("cannot be smaller than 5 %")
    crop.mouse.up()


def test_overlay_lights_and_result(crop: Page) -> None:
    press(crop, "o")
    expect(crop.get_by_role("button", name="golden")).to_have_attribute("aria-pressed", "true")
    press(crop, "l")
    expect(crop.locator(".crop")).to_have_attribute("data-lights", "")
    press(crop, "\\")
    expect(crop.locator(".crop__after img")).to_be_visible()
    press(crop, "\\")
    expect(crop.locator(".crop__frame")).to_be_visible()


def test_several_frames_and_none(crop: Page) -> None:
    press(crop, "n")
    drag(crop, (0.5, 0.2), (0.9, 0.9))
    assert len(answer_of(crop, lambda: press(crop, "Enter"))["answer"]["crops"]) == 2
    await_item(crop, 1)
    press(crop, "Enter")
    expect(crop.locator("[data-say]")).to_contain_text("Draw a frame first")
    press(crop, "w")
    sent = answer_of(crop, lambda: press(crop, "Enter"))
    assert sent["answer"] == {"crops": [], "none_better": True}


def test_a_handle_can_be_reached_and_moved_by_keyboard(crop: Page) -> None:
    before = box_of(crop)
    crop.focus("[data-handle=se]")
    press(crop, "Shift+ArrowLeft")
    after = box_of(crop)
    assert after[2] < before[2]
    assert after[:2] == pytest.approx(before[:2], abs=0.003)


# ---- the other experts' pages --------------------------------------------------------------


def test_a_score_by_keyboard(work: Callable[[str], Page]) -> None:
    page = work("photo_score")
    press(page, "Enter")
    expect(page.locator("[data-say]")).to_contain_text("Give a score first")
    press(page, "7", "0")
    sent = answer_of(page, lambda: press(page, "Enter"))
    assert sent["answer"] == {"score": 10, "cannot_judge": False}
    assert sent["context"]["viewport"] == [1280, 800]
    await_item(page, 1)
    expect(page.locator("[data-bar-words]")).to_have_text("1 of 80")
    press(page, "-")
    second = answer_of(page, lambda: press(page, "Enter"))
    assert second["answer"] == {"score": None, "cannot_judge": True}
    assert second["submission_id"] != sent["submission_id"]


def test_a_score_by_mouse_then_enter(work: Callable[[str], Page]) -> None:
    page = work("photo_score")
    page.get_by_role("radio", name="6").click()
    assert answer_of(page, lambda: press(page, "Enter"))["answer"]["score"] == 6


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


def test_grid_by_keyboard_alone(work: Callable[[str], Page]) -> None:
    page = work("crop_mos")
    press(page, "3", "4", "-", "1", "5")
    press(page, "ArrowLeft", "2", "ArrowRight")
    press(page, "Enter")
    expect(page.locator(".full-view img")).to_be_visible()
    press(page, "Escape", "5")
    sent = answer_of(page, lambda: press(page, "Enter"))
    scores = {s["place"]: s["score"] for s in sent["answer"]["scores"]}
    assert len(scores) == 6
    assert scores["3"] is None
    assert {scores["1"], scores["2"], scores["6"]} == {3, 4, 5}


def test_grid_by_mouse(work: Callable[[str], Page]) -> None:
    page = work("crop_mos")
    for i in range(1, 7):
        page.get_by_role("radiogroup", name=f"Score of crop {i}").get_by_role(
            "radio", name="4, good"
        ).click()
    sent = answer_of(page, lambda: page.get_by_role("button", name="Done").click())
    assert [s["score"] for s in sent["answer"]["scores"]] == [4] * 6


@pytest.mark.parametrize(
    ("key", "choice", "strength"),
    [("2", "right", 1), ("Shift+1", "left", 2), ("0", "neither", 1), ("-", "cannot_judge", 1)],
)
def test_pair_choices(work: Callable[[str], Page], key: str, choice: str, strength: int) -> None:
    page = work("preference_pair")
    expect(page.get_by_role("button", name="Left")).to_be_enabled()
    sent = answer_of(page, lambda: press(page, key))
    assert sent["answer"] == {"choice": choice, "strength": strength}


def test_a_pair_opens_only_when_both_can_be_seen(work: Callable[[str], Page]) -> None:
    page = work("preference_pair")
    page.route("**/picture/**", lambda route: route.abort())
    page.reload()
    expect(page.locator("[data-say]")).to_contain_text("One side cannot be shown")
    expect(page.get_by_role("button", name="Left")).to_be_disabled()


def test_a_pair_flicks_in_one_place(work: Callable[[str], Page]) -> None:
    page = work("preference_pair")
    press(page, "Tab")
    expect(page.locator(".pair-side:visible")).to_have_count(1)
    press(page, "Escape")
    expect(page.locator(".pair-side:visible")).to_have_count(2)


def test_a_rationale_is_judged_before_it_is_accepted(work: Callable[[str], Page]) -> None:
    page = work("rationale_review")
    press(page, "Enter")
    expect(page.get_by_text("Say first whether the crop is good")).to_be_visible()
    shown, photo = (page.locator(name).bounding_box() for name in (".outline__box", ".view__img"))
    assert shown and photo and abs(shown["width"] / photo["width"] - 0.69) < 0.01
    press(page, "y", "ArrowDown", "2", "o")
    expect(page.locator(".outline")).to_be_hidden()
    answer = answer_of(page, lambda: press(page, "a"))["answer"]
    assert (answer["verdict"], answer["label"]) == ("accept", "good")
    assert answer["marks"] == [{"index": 0, "mark": "wrong"}]


def test_a_rationale_is_rejected_with_the_crop_judged(work: Callable[[str], Page]) -> None:
    page = work("rationale_review")
    press(page, "n", "x", "4")
    answer = answer_of(page, lambda: press(page, "Enter"))["answer"]
    assert (answer["verdict"], answer["label"], answer["reason"]) == ("reject", "bad", "vague")


def test_guidance_accepted_with_an_edit_and_marks(work: Callable[[str], Page]) -> None:
    page = work("guidance_review")
    press(page, "ArrowDown", "ArrowDown", "1", "ArrowDown", "2")
    for _ in range(4):
        press(page, "ArrowDown")
    press(page, "e")
    page.keyboard.type("Step closer. ")
    expect(page.locator(".block__live ins")).to_contain_text("Step closer.")
    press(page, "Escape")
    expect(page.get_by_role("button", name="Accept with edits")).to_be_visible()
    answer = answer_of(page, lambda: press(page, "a"))["answer"]
    assert answer["verdict"] == "accept"
    assert answer["guidance"].startswith("Step closer. Go down")
    assert answer["marks"] == [
        {"block": "analysis", "index": 0, "mark": "correct"},
        {"block": "analysis", "index": 1, "mark": "wrong"},
    ]
    assert len(answer["issues"]) == 2


def test_guidance_sent_while_typing(work: Callable[[str], Page]) -> None:
    page = work("guidance_review")
    press(page, "e")
    page.keyboard.type("So. ")
    answer = answer_of(page, lambda: press(page, "Control+Enter"))["answer"]
    assert "So. " in answer["overall"]


def test_guidance_rejected_with_a_reason(work: Callable[[str], Page]) -> None:
    page = work("guidance_review")
    press(page, "x", "2")
    answer = answer_of(page, lambda: press(page, "Enter"))["answer"]
    assert (answer["verdict"], answer["reason"]) == ("reject", "not_visible")


def test_issues_are_added_and_removed(work: Callable[[str], Page]) -> None:
    page = work("guidance_review")
    page.get_by_role("button", name="Add issue").click()
    page.keyboard.type("stalk leans")
    press(page, "Escape")
    page.get_by_role("textbox", name="suggestion 1").fill("")
    press(page, "Escape")
    answer = answer_of(page, lambda: press(page, "a"))["answer"]
    assert answer["issues"][-1] == "stalk leans"
    assert len(answer["suggestions"]) == 1


def test_skip_asks_for_a_reason_without_a_dialog(work: Callable[[str], Page]) -> None:
    page = work("photo_score")
    press(page, "s")
    with page.expect_request("**/skip") as sent:
        press(page, "3")
    assert sent.value.post_data_json == {"assignment": 0, "reason": "not_my_subject"}
    expect(page.locator("[data-bar-words]")).to_have_text("1 of 80")


def test_a_flag_carries_its_words(work: Callable[[str], Page]) -> None:
    page = work("photo_score")
    press(page, "f")
    page.keyboard.type("This photo is upside down.")
    with page.expect_request("**/flag") as sent:
        press(page, "Control+Enter")
    assert sent.value.post_data_json["reason"] == "This photo is upside down."
    expect(page.locator(".toast--good")).to_be_visible()


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


def test_uploads_show_progress_and_refusals(open_page: Callable[[str], Page]) -> None:
    page = open_page("/")
    names = [f"{i}.jpg" for i in range(5)]

    def reply(route: Route, request: Request) -> None:
        bad = b"3.jpg" in (request.post_data_buffer or b"")
        said = {"error": {"message": "This is not an image."}} if bad else {"message": "taken"}
        route.fulfill(status=400 if bad else 200, json=said)

    page.evaluate("document.querySelector('[data-upload]').dataset.url = '/taken'")
    page.route("**/taken", reply)
    files = [{"name": n, "mimeType": "image/jpeg", "buffer": b"x"} for n in names]
    page.set_input_files("[data-upload] input", files)  # type: ignore[arg-type]
    expect(page.locator(".upload--refused")).to_contain_text("This is not an image.")
    expect(page.locator("[data-upload] [role=status]")).to_have_text("5 of 5 done, 1 refused")


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
