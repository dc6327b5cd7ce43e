"""The crop tool by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.pages.desk import answer_of, at, await_item, box_of, drag, press

pytestmark = pytest.mark.browser


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


def test_an_overlay_is_turned_stored_and_remembered(crop: Page) -> None:
    press(crop, "o", "o", "Shift+O", "Shift+O")
    (given,) = answer_of(crop, lambda: press(crop, "Enter"))["answer"]["crops"]
    assert given["overlay"] == "spiral 2"
    await_item(crop, 1)
    crop.reload()
    await_item(crop, 0)
    expect(crop.get_by_role("button", name="spiral")).to_have_attribute("aria-pressed", "true")


def test_a_typed_ratio_is_kept_and_a_wrong_one_is_said(crop: Page) -> None:
    field = crop.get_by_label("A ratio of your own")
    field.fill("nine")
    press(crop, "Enter")
    expect(crop.locator("[data-say]")).to_contain_text("two numbers, such as 7:5")
    field.fill("7:5")
    press(crop, "Enter")
    (given,) = answer_of(crop, lambda: press(crop, "Enter"))["answer"]["crops"]
    assert given["ratio"] == "7:5"
    wide, high = given["box"][2] - given["box"][0], given["box"][3] - given["box"][1]
    assert wide * 1600 / (high * 900) == pytest.approx(1.4, rel=1e-3)


def test_frames_by_keyboard_alone_each_with_its_own_undo(crop: Page) -> None:
    press(crop, "m", "Shift+ArrowRight", "Tab", "Shift+Tab")
    first = box_of(crop)
    press(crop, "Tab", "Control+z")
    assert box_of(crop) == pytest.approx(first, abs=0.003)
    press(crop, "Shift+ArrowDown", "p")
    crops = answer_of(crop, lambda: press(crop, "Enter"))["answer"]["crops"]
    assert crops[0]["box"][1] > crops[1]["box"][1]


def test_a_closer_look_leaves_the_frame_alone(crop: Page) -> None:
    before, wide = box_of(crop), crop.locator(".crop__area").bounding_box()
    crop.mouse.move(*at(crop, 0.3, 0.3))
    crop.mouse.wheel(0, -400)
    crop.keyboard.down(" ")
    drag(crop, (0.4, 0.4), (0.45, 0.45))
    crop.keyboard.up(" ")
    now = crop.locator(".crop__area").bounding_box()
    assert wide and now and now["width"] > 2 * wide["width"]
    assert box_of(crop) == pytest.approx(before, abs=0.003)
    press(crop, "Escape")
    assert crop.locator(".crop__area").bounding_box() == pytest.approx(wide, abs=1)
