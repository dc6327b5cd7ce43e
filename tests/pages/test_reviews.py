"""Guidance and rationale reviews by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.pages.desk import answer_of, press

pytestmark = pytest.mark.browser


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
