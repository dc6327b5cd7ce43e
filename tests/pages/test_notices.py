"""What concerns a person, in a real browser: notices, profile, habits, the history of a thing."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from accounts.kinds import JOB_FAILED
from accounts.models import Notice, Profile, Project, User
from accounts.services.notifying import notify
from tests.make import PASSWORD, make_member
from tests.pages.desk import findings

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def nora(project: Project) -> User:
    person = make_member(project, "Nora", "lead", "expert")
    person.set_password(PASSWORD)
    person.save()
    for number in range(2):
        notify(
            kind=JOB_FAILED, people=[person.pk], text=f"Export {number}: failed", project=project,
            address="/account/profile/", key=f"job/{number}",
        )  # fmt: skip
    return person


def test_a_notice_leads_to_its_place_and_is_read(page: Page, live_url: str, nora: User) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": 1024, "height": 768})
    page.goto(f"{live_url}/account/notices/")
    page.keyboard.type(nora.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Notices, 2 unread")).to_be_visible()
    assert findings(page) == []
    page.get_by_role("link", name="Export 1: failed").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your profile")).to_be_visible()
    assert Notice.objects.filter(read_at=None).count() == 1
    page.get_by_role("button", name="I agree").press("Enter")
    expect(page.get_by_text("You agreed to text 1")).to_be_visible()
    assert Profile.objects.get(person=nora).consent_at is not None
    places = (
        "/account/profile/", "/account/notices/settings/", "/work/habits/",
        f"/p/lighthouse/people/{nora.pk}/", "/p/lighthouse/audit/?object=project/1",
    )  # fmt: skip
    for place in places:
        page.goto(live_url + place)
        assert findings(page) == [], place
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), place
