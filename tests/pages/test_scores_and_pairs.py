"""Photo scores, crop scores and pairs by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.pages.desk import answer_of, await_item, press

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
