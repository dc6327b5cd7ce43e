"""The pages of prompts, checks and quality in a real browser, and the form of a new batch."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import Project, User
from annotation.selectors.prompts import built_in
from annotation.services.counting_quality import store_quality
from annotation.services.prompts import add_wording
from tests.annotation.build import make_subject
from tests.annotation.test_draft_browser import studio as studio

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
STEP = "guidance.refine"


def test_nothing_is_inaccessible(studio: Page, live_url: str, project: Project, ada: User) -> None:
    make_subject(project)
    add_wording(project=project, step=STEP, text=built_in(STEP).text + "Brief.", by=ada)
    store_quality(project=project)
    for rest in ("prompts/", f"prompts/{STEP}/", f"prompts/{STEP}/new/", f"prompts/{STEP}/1/",
                 "checks/", "quality/"):  # fmt: skip
        studio.goto(f"{live_url}/p/{project.slug}/drafts/{rest}")
        found = Axe().run(studio).response["violations"]
        assert not found, (rest, [each["id"] for each in found])


def test_only_what_the_chosen_pipeline_can_be_told_is_shown(
    studio: Page, live_url: str, project: Project
) -> None:
    studio.goto(live_url + reverse("annotation:new-batch", args=[project.slug]))
    expect(studio.get_by_label("Crops per photo").first).to_be_hidden()
    studio.get_by_label("Guidance").first.focus()
    studio.keyboard.press("ArrowDown")
    expect(studio.locator('[data-pipeline="crops"]')).to_be_visible()
    expect(studio.locator('[data-pipeline="guidance"]')).to_be_hidden()
    expect(studio.locator("#estimate")).to_contain_text(re.compile("draft|photo"))
