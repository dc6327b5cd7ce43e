"""Reviewing a composition in a real browser: by keys alone, by mouse alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Project, User
from annotation.models import DraftKind, Response
from catalog.models import CompositionElement, Photo
from tests.annotation.build import COMPOSITION, make_draft
from tests.annotation.desk import check, press, shown, sign_in, start, wait_for
from tests.catalog.imports import imported
from tests.catalog.pictures import jpeg

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(page: Page, live_url: str, project: Project, ben: User, kim: User) -> Page:
    """Ben's workspace with the first of two compositions; faults of the console fail the test."""
    imported(project, kim, {f"{at}.jpg": jpeg(at, size=(600, 400)) for at in range(2)})
    for photo in Photo.objects.all():
        make_draft(photo, DraftKind.COMPOSITION, COMPOSITION)
    campaign = start(project, "composition_review")
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page.context, ben, live_url)
    page.goto(f"{live_url}/work/{campaign.pk}/")
    shown(page)
    return page


def rows() -> list[tuple[str, list[float]]]:
    return list(CompositionElement.objects.order_by("pk").values_list("name", "points"))


def label(page: Page) -> str:
    return str(page.evaluate("document.activeElement.getAttribute('aria-label')"))


def test_by_keys_alone(desk: Page, project: Project) -> None:
    check(desk)
    press(desk, "Enter")
    expect(desk.get_by_text("Confirm or remove each element first")).to_be_visible()
    press(desk, "Tab")
    assert label(desk) == "Element 1, Horizontal, to confirm"
    press(desk, "c")
    assert label(desk) == "Element 2, Centre, to confirm"
    press(desk, "Tab", "Shift+ArrowRight", "ArrowDown")
    assert label(desk) == "Point 1 of 4, Centre"
    press(desk, "a", "5", "ArrowLeft")
    assert label(desk) == "Element 3, Vertical, added"
    check(desk)
    press(desk, "Enter")
    wait_for(lambda: Response.objects.count(), 1)
    horizontal, centre, added = rows()
    assert horizontal == ("horizontal", [0, 0.4, 1, 0.41])
    assert centre[1][0] > 0.3 and centre[1][1] > 0.3 and centre[1][2:] == [0.7, 0.8]
    assert added[0] == "vertical" and Response.objects.get().answer["elements"][2]["draft"] is None


def test_curves_undo_and_the_word_for_nothing(desk: Page) -> None:
    press(desk, "Tab", "Delete", "Delete", "9", "a", "p", "p", "Delete", "Control+z")
    answer = (
        "JSON.parse(JSON.stringify([...document.querySelectorAll('.element-mark__point')].length))"
    )
    assert desk.evaluate(answer) == 5
    press(desk, "Enter")
    wait_for(lambda: Response.objects.count(), 1)
    ((name, points),) = rows()
    assert name == "curved" and len(points) == 10
    shown(desk)
    press(desk, "-", "Enter")
    wait_for(lambda: Response.objects.count(), 2)
    newest = Response.objects.latest("pk")
    assert newest.answer == {"elements": [], "none": True}


def test_by_mouse_alone(desk: Page) -> None:
    area = desk.locator(".crop__area").bounding_box()
    assert area is not None

    def at(x: float, y: float) -> tuple[float, float]:
        return area["x"] + x * area["width"], area["y"] + y * area["height"]

    def drag(start: tuple[float, float], end: tuple[float, float]) -> None:
        desk.mouse.move(*at(*start))
        desk.mouse.down()
        desk.mouse.move(*at(*end), steps=6)
        desk.mouse.up()

    drag((0.1, 0.401), (0.1, 0.501))
    desk.get_by_role("button", name="Remove element 2, Centre").click()
    desk.locator(".panel .chip", has_text="Diagonal").click()
    assert desk.locator(".element-line").count() == 1
    desk.get_by_role("button", name="Horizontal", exact=False).first.click()
    desk.mouse.click(*at(0.9, 0.1))
    desk.locator(".panel .chip", has_text="Diagonal").click()
    drag((0.2, 0.9), (0.6, 0.6))
    desk.get_by_role("button", name="Keep 2 elements").click()
    wait_for(lambda: Response.objects.count(), 1)
    (name, points), (second, drawn) = rows()
    assert (name, second) == ("horizontal", "diagonal")
    assert points[1] == pytest.approx(0.5, abs=0.02)
    assert drawn == pytest.approx([0.2, 0.9, 0.6, 0.6], abs=0.02)
