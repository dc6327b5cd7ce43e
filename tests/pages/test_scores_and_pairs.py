"""Photo scores, crop scores and pairs by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.pages.desk import answer_of, await_item, findings, press

pytestmark = pytest.mark.browser


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


def test_attributes_follow_the_score_digit_by_digit(work: Callable[[str], Page]) -> None:
    page = work("photo_score")
    for item in (1, 2):
        press(page, "5", "Enter")
        await_item(page, item)
    press(page, "7", "4", "3", "9")
    expect(page.locator("[data-say]")).to_contain_text("Subject: 1 to 5")
    press(page, "5", "2", "Backspace", "Enter")
    expect(page.locator("[data-say]")).to_contain_text("Still open: horizon, colour")
    press(page, "0", "3")
    grades = {"composition": 4, "balance": 3, "subject": 5, "horizon": None, "colour": 3}
    answer = answer_of(page, lambda: press(page, "Enter"))["answer"]
    assert answer == {"score": 7, "cannot_judge": False, "attributes": grades}


def test_a_score_by_mouse_then_enter(work: Callable[[str], Page]) -> None:
    page = work("photo_score")
    page.get_by_role("radio", name="6").click()
    assert answer_of(page, lambda: press(page, "Enter"))["answer"]["score"] == 6


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


def test_crops_are_put_into_an_order(work: Callable[[str], Page]) -> None:
    """By keyboard and by drag: the order goes with the scores, into which a drag may put a crop."""
    page = work("crop_mos")
    press(page, "2", "4", "4", "4", "3", "1")
    press(page, *["ArrowLeft"] * 4, "Shift+ArrowRight")
    expect(page.locator("[data-tell]")).to_contain_text("score 4, rank 2")
    drop_on(page, page.locator(".grid-score__pic").first, "5")
    sent = answer_of(page, lambda: press(page, "Enter"))
    given = {s["place"]: (s["score"], s["rank"]) for s in sent["answer"]["scores"]}
    assert given == {"1": (5, 1), "2": (4, 3), "3": (4, 4), "4": (4, 2), "5": (3, 5), "6": (1, 6)}


def drop_on(page: Page, what: Locator, score: str) -> None:
    strip = page.locator(f".rank-strip li[data-value='{score}']")
    start, end = what.bounding_box(), strip.bounding_box()
    assert start and end
    page.mouse.move(start["x"] + 30, start["y"] + 30)
    page.mouse.down()
    page.mouse.move(end["x"] + 20, end["y"] + 20, steps=4)
    expect(strip).to_have_attribute("data-over", "")
    page.mouse.up()


def test_one_crop_at_a_time(work: Callable[[str], Page]) -> None:
    """A digit is sent by itself, two seconds after the last correction; so is a reason."""
    page = work("crop_mos_single")
    sent = answer_of(page, lambda: press(page, "2", "4"))
    assert sent["answer"] == {"scores": [{"place": 0, "score": 4}]}
    assert sent["active_ms"] >= 2000
    await_item(page, 1)
    press(page, "5", "Backspace", "Enter")
    expect(page.locator("[data-say]")).to_contain_text("Give a score first")
    assert findings(page) == []
    press(page, "-", "1")
    refused = answer_of(page, lambda: press(page, "Enter"))
    assert refused["answer"] == {"scores": [{"place": 0, "score": None, "reason": "quality"}]}


@pytest.mark.parametrize(
    ("key", "choice", "strength"),
    [("2", "right", 1), ("Shift+1", "left", 2), ("0", "neither", 1), ("-", "cannot_judge", 1)],
)
def test_pair_choices(work: Callable[[str], Page], key: str, choice: str, strength: int) -> None:
    page = work("preference_pair")
    expect(page.get_by_role("button", name="Left")).to_be_enabled()
    sent = answer_of(page, lambda: press(page, key))
    plain = {"reasons": [], "swapped": False}
    assert sent["answer"] == {"choice": choice, "strength": strength, **plain}


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
