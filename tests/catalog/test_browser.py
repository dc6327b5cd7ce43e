"""Importing and looking at photos in a real browser, with a real worker."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from accounts.models import Project, User
from catalog.models import Photo
from tests.catalog.imports import imported, imported_photo
from tests.catalog.pictures import jpeg
from tests.make import make_crop
from tests.people import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def studio(page: Page, live_url: str, project: Project, kim: User) -> Iterator[Page]:
    """A browser in which Kim has signed in; words in its console fail the test."""
    session = signed_in(kim).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_url}])
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if is_ours(message.text) else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    assert said == []


def is_ours(words: str) -> bool:
    """Whether words in the console are a fault; a page that answers 400 is said there too."""
    return "Failed to load resource" not in words


def check(page: Page) -> None:
    """No known fault of accessibility."""
    found = Axe().run(page)
    assert not found.response["violations"], found.generate_report()


def test_dropped_files_become_photos(
    studio: Page, live_url: str, project: Project, worker: None, tmp_path: Path
) -> None:
    for name, content in {"a.jpg": jpeg(1), "b.jpg": jpeg(2), "c.jpg": b"no"}.items():
        (tmp_path / name).write_bytes(content)
    studio.goto(f"{live_url}/p/{project.slug}/photos/")
    studio.get_by_role("link", name="Import photos").first.click()
    studio.locator("input[type=file]").set_input_files([tmp_path / f"{n}.jpg" for n in "abc"])
    expect(studio.get_by_role("button", name="Import 3 files")).to_be_enabled()
    check(studio)
    studio.get_by_label("Author").fill("Ansel")
    studio.get_by_role("button", name="Import 3 files").click()
    expect(studio.get_by_text("✓ imported")).to_have_count(2, timeout=60_000)
    expect(studio.get_by_text("This is not a photo we can read")).to_be_visible()
    expect(studio.locator("[hx-trigger='every 1s']")).to_have_count(0)
    check(studio)
    assert list(Photo.objects.values_list("author", flat=True)) == ["Ansel", "Ansel"]
    studio.get_by_role("link", name="Import", exact=True).click()
    expect(studio.get_by_role("row", name="Upload Kim")).to_be_visible()
    check(studio)


def test_the_gallery_by_keyboard(studio: Page, live_url: str, project: Project, kim: User) -> None:
    imported(project, kim, {f"{number}.jpg": jpeg(number) for number in range(70)})
    studio.set_viewport_size({"width": 1440, "height": 900})
    studio.goto(f"{live_url}/p/{project.slug}/photos/")
    cards = studio.locator(".photo-card")
    expect(cards).to_have_count(60)
    check(studio)
    cards.first.focus()
    studio.keyboard.press("ArrowRight")
    expect(cards.nth(1)).to_be_focused()
    studio.keyboard.press("ArrowDown")
    expect(cards.nth(1)).not_to_be_focused()
    studio.keyboard.press("End")
    expect(cards).to_have_count(70)
    studio.keyboard.press("Enter")
    expect(studio.get_by_role("heading", level=1)).to_have_text("10")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_photo_page_is_readable_for_all(
    studio: Page, live_url: str, project: Project, kim: User, scheme: str
) -> None:
    photo = imported_photo(project, kim, jpeg(1, (900, 600)))
    make_crop(photo, rationale="Keeps the lamp.")
    studio.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    studio.goto(f"{live_url}/p/{project.slug}/photos/{photo.pk}/")
    expect(studio.get_by_text("Keeps the lamp.")).to_be_visible()
    assert studio.locator(".photo-stage img").evaluate("img => img.decode().then(() => true)")
    check(studio)
    studio.get_by_role("button", name="Edit credit").click()
    studio.get_by_label("Title").fill("Pier")
    check(studio)
    studio.get_by_role("button", name="Save").click()
    expect(studio.get_by_role("heading", level=1)).to_have_text("Pier")


def test_comments_show_their_wrong_lines(
    studio: Page, live_url: str, project: Project, tmp_path: Path
) -> None:
    (tmp_path / "c.csv").write_text("photo,text\nQuay,One\n")
    studio.goto(f"{live_url}/p/{project.slug}/photos/comments/")
    check(studio)
    studio.locator("input[type=file]").set_input_files(tmp_path / "c.csv")
    with studio.expect_response(lambda reply: reply.request.method == "POST"):
        studio.get_by_role("button", name="Add comments").click()
    expect(studio.get_by_text("There is no photo called 'Quay'")).to_be_visible()
    check(studio)
