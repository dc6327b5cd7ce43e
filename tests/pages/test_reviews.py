"""Guidance and rationale reviews by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.pages.desk import answer_of, await_item, press

pytestmark = pytest.mark.browser


def test_a_rationale_is_judged_before_it_is_accepted(work: Callable[[str], Page]) -> None:
    page = work("rationale_review")
    press(page, "Enter")
    expect(page.get_by_text("Say first whether the crop is good")).to_be_visible()
    shown, photo = (page.locator(name).bounding_box() for name in (".outline__box", ".view__img"))
    assert shown and photo and abs(shown["width"] / photo["width"] - 0.69) < 0.01
    press(page, "y", "ArrowDown", "3", "m")
    expect(page.locator(".unit[data-mark=correct]")).not_to_have_count(0)
    press(page, "Control+z", "o")
    expect(page.locator(".unit[data-mark=correct]")).to_have_count(0)
    expect(page.locator(".outline[data-dim]")).to_be_hidden()
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


def drag_on_photo(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    photo = page.locator(".view__img").bounding_box()
    assert photo
    for act, (x, y) in ((page.mouse.move, start), (page.mouse.move, end)):
        act(photo["x"] + x * photo["width"], photo["y"] + y * photo["height"])
        page.mouse.down() if (x, y) == start else page.mouse.up()


def test_a_sentence_is_tied_to_a_place_by_mouse(work: Callable[[str], Page]) -> None:
    page = work("guidance_review")
    page.locator(".unit").nth(1).click()
    drag_on_photo(page, (0.1, 0.2), (0.4, 0.7))
    expect(page.locator(".region[data-lit]")).to_be_visible()
    page.locator(".mark-bar [data-mark=correct]").click()
    page.locator(".unit").nth(2).click()
    expect(page.locator(".region[data-lit]")).to_have_count(0)
    page.locator(".unit").nth(1).hover()
    expect(page.locator(".region[data-lit]")).to_have_count(1)
    answer = answer_of(page, lambda: page.get_by_role("button", name="Accept").click())["answer"]
    (region,) = answer["regions"]
    assert (region["block"], region["index"]) == ("analysis", 0)
    assert region["box"] == pytest.approx([0.1, 0.2, 0.4, 0.7], abs=0.01)


def test_a_sentence_is_reached_and_placed_by_keys(work: Callable[[str], Page]) -> None:
    page = work("guidance_review")
    press(page, "End", "Home", "ArrowDown", "1", "p")
    expect(page.locator(".crop-fix .crop__frame")).to_be_focused()
    press(page, "Shift+ArrowRight", "Alt+ArrowDown", "Tab", "ArrowLeft", "Enter")
    expect(page.locator(".region[data-lit]")).to_be_visible()
    press(page, "ArrowDown", "p", "Escape", "e")
    page.keyboard.type("Well. ")
    press(page, "Escape")
    body = answer_of(page, lambda: press(page, "a"))
    (region,) = body["answer"]["regions"]
    assert (region["block"], region["index"]) == ("analysis", 0)
    assert 0.4 < region["box"][2] - region["box"][0] + 0.2 < 0.45
    (step,) = body["edits"]
    assert (step["block"], step["put"], step["cut"]) == ("analysis", "Well. ", 0)


def test_a_slider_stands_between_before_and_after(work: Callable[[str], Page]) -> None:
    page = work("rationale_review")
    press(page, "v", "ArrowRight", "Shift+ArrowRight")
    line = page.get_by_role("slider", name="Line between the photo and the crop")
    expect(line).to_be_focused()
    assert line.get_attribute("aria-valuenow") == "62"
    page.mouse.move(*middle_of(line))
    page.mouse.down()
    page.mouse.move(0, 300, steps=3)
    page.mouse.up()
    expect(line).to_have_attribute("aria-valuenow", "0")
    press(page, "Escape")
    expect(page.locator(".wipe")).to_be_hidden()


def middle_of(node: Locator) -> tuple[float, float]:
    box = node.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_loupe_and_the_same_keys_of_zoom(work: Callable[[str], Page]) -> None:
    page = work("composition_review")
    area = page.locator(".crop__area")
    fitted = width_of(area)
    page.keyboard.down("h")
    expect(page.locator(".loupe")).to_be_visible()
    page.keyboard.up("h")
    expect(page.locator(".loupe")).to_have_count(0)
    press(page, "z")
    assert width_of(area) == pytest.approx(1024)
    press(page, "Shift+z")
    assert width_of(area) == pytest.approx(fitted)


def width_of(node: Locator) -> float:
    box = node.bounding_box()
    assert box
    return box["width"]


def test_an_edit_is_warned_about_compared_and_restored(work: Callable[[str], Page]) -> None:
    page = work("guidance_review")
    press(page, "ArrowDown", "e")
    page.keyboard.type("At f/8 ")
    expect(page.get_by_text("Says f/8; the camera wrote f/4.")).to_be_visible()
    press(page, "Escape", "d", "d")
    expect(page.locator(".beside ins")).to_have_text("At f/8 ")
    press(page, "Backspace", "d")
    expect(page.locator(".beside")).to_have_count(0)
    expect(page.get_by_role("button", name="Accept with edits")).to_have_count(0)


def test_a_draft_accepted_too_soon_is_asked_about_and_one_is_graded(
    work: Callable[[str], Page],
) -> None:
    page = work("guidance_review")
    press(page, "a")
    expect(page.locator("[data-say]")).to_contain_text("quick for so many words")
    answer_of(page, lambda: press(page, "a"))
    await_item(page, 1)
    press(page, "ArrowDown", "1", "a", "4", "5", "3")
    answer = answer_of(page, lambda: press(page, "Enter"))["answer"]
    assert answer["rubric"] == {"usefulness": 4, "correctness": 5, "specificity": 3}


def test_a_better_crop_is_drawn_in_place(work: Callable[[str], Page]) -> None:
    page = work("rationale_review")
    press(page, "y", "l", "c", "Shift+ArrowRight", "Shift+ArrowRight", "Enter", "\\", "\\")
    answer = answer_of(page, lambda: press(page, "a"))["answer"]
    assert answer["box"][0] > 0.03
    assert answer["box"][1] == pytest.approx(0.12)


@pytest.mark.parametrize(
    ("key", "label", "reason"), [("w", "good", "only_crop"), ("t", "bad", "only_words")]
)
def test_one_key_says_that_only_one_is_good(
    work: Callable[[str], Page], key: str, label: str, reason: str
) -> None:
    answer = answer_of(page := work("rationale_review"), lambda: press(page, key))["answer"]
    assert (answer["verdict"], answer["label"], answer["reason"]) == ("reject", label, reason)
