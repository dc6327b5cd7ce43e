"""The pages of hours worked in a real browser."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from accounts.models import Project, User
from tests.annotation.test_hours import QUERY, worked
from tests.people import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(
    page: Page, live_url: str, project: Project, ada: User, scheme: Any
) -> None:
    worked(project, ada, *(datetime(2026, 3, day, 12, tzinfo=UTC) for day in (2, 3)))
    session = signed_in(ada).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_url}])
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": 1024, "height": 768})
    for place in ("/work/hours/", f"/p/{project.slug}/people/hours/"):
        page.goto(live_url + place + QUERY)
        found = Axe().run(page).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
