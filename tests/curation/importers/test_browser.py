"""Importing annotations in a real browser, with a real worker, at both widths."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Project, User
from tests.catalog.test_browser import check, is_ours
from tests.make import make_photo
from tests.people import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
GOOD = '{"pier.jpg": [[100, 80, 900, 600], [0, 0, 1220, 660]], "boat.jpg": [[5, 5, 80, 90]]}'
WRONG = '{"pier.jpg": [[100, 80, 900, 600]],\n "boat.jpg": [[5, 5, 5, 90]]}'
SHOTS = os.environ.get("REFRAME_SHOTS", "")


@pytest.fixture(params=[(1440, 900), (1024, 768)], ids=["wide", "narrow"])
def lead(request: pytest.FixtureRequest, page: Page, live_url: str, ada: User) -> Iterator[Page]:
    """A browser of this size in which Ada has signed in."""
    page.set_viewport_size(dict(zip(("width", "height"), request.param, strict=True)))
    session = signed_in(ada).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_url}])
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if is_ours(message.text) else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    assert said == []


def look(page: Page, name: str) -> None:
    """Faults of accessibility, nothing wider than the window; a picture if one is wanted."""
    check(page)
    size = page.viewport_size or {"width": 0}
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}-{size['width']}.png")


def test_files_are_chosen_refused_mended_and_imported(
    lead: Page, live_url: str, project: Project, worker: None, tmp_path: Path
) -> None:
    make_photo(project, title="pier.jpg")
    file = tmp_path / "image_crop.json"
    file.write_text(WRONG)
    lead.goto(f"{live_url}/p/{project.slug}/photos/")
    lead.get_by_role("link", name="Import annotations").click()
    look(lead, "formats")
    lead.get_by_role("link", name="FLMS").click()
    look(lead, "form")
    lead.get_by_label("Files", exact=True).set_input_files(file)
    lead.get_by_role("button", name="Import").click()
    expect(lead.get_by_role("heading", name="What is wrong")).to_be_visible(timeout=60_000)
    look(lead, "refused")
    file.write_text(GOOD)
    lead.get_by_role("link", name="Send mended files").click()
    lead.get_by_label("Files", exact=True).set_input_files(file)
    lead.get_by_role("button", name="Import").click()
    expect(lead.get_by_role("heading", name="What came")).to_be_visible(timeout=60_000)
    expect(lead.get_by_role("heading", name="Boxes past the edge")).to_be_visible()
    look(lead, "done")
