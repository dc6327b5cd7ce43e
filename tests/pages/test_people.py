"""The pages about people in a real browser: keyboard, accessibility, no script from data."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from accounts.models import Project, User
from accounts.roles import roles_of
from core import audit
from tests.make import PASSWORD, make_member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
EVIL = "<img src=x onerror=document.body.dataset.pwned=1><script>document.body.dataset.pwned=1</script>"


@pytest.fixture
def signed_in_page(page: Page, live_url: str, kim: User) -> Page:
    kim.set_password(PASSWORD)
    kim.save()
    page.goto(f"{live_url}/p/lighthouse/people/")
    page.keyboard.type(kim.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="People", exact=True)).to_be_visible()
    return page


def test_a_role_is_given_by_keyboard_alone(
    signed_in_page: Page, project: Project, ben: User
) -> None:
    signed_in_page.reload()
    signed_in_page.get_by_role("button", name="Ben: lead").focus()
    signed_in_page.keyboard.press("Enter")
    given = signed_in_page.get_by_role("button", name="Ben: lead")
    expect(given).to_have_attribute("aria-pressed", "true")
    expect(given).to_be_focused()
    assert roles_of(ben, project) == {"expert", "lead"}


def test_a_refusal_is_said_in_words(signed_in_page: Page) -> None:
    signed_in_page.get_by_role("button", name="Kim: curator").click()
    expect(signed_in_page.get_by_role("status")).to_contain_text("only curator")


@pytest.mark.parametrize(
    "place", ["/", "/account/", "/account/password/", "/p/lighthouse/people/", "/p/lighthouse/audit/",
              "/p/lighthouse/settings/", "/p/lighthouse/jobs/", "/api/docs/", "/forgot-password/"],
)  # fmt: skip
def test_pages_are_accessible_and_fit(signed_in_page: Page, live_url: str, place: str) -> None:
    signed_in_page.set_viewport_size({"width": 1024, "height": 768})
    signed_in_page.goto(live_url + place)
    found = Axe().run(signed_in_page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
    assert signed_in_page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_nothing_that_people_write_runs(
    signed_in_page: Page, live_url: str, project: Project, kim: User
) -> None:
    said: list[str] = []
    signed_in_page.on("console", lambda message: said.append(message.text))
    make_member(project, "Mallory", "expert")
    User.objects.filter(name="Mallory").update(name=EVIL[:120])
    Project.objects.update(name=EVIL[:120], description=EVIL)
    audit.record(actor=kim, verb="photo.import", scope=project.scope, note=EVIL)
    for place in ("/", "/p/lighthouse/people/", "/p/lighthouse/audit/", "/p/lighthouse/settings/"):
        signed_in_page.goto(live_url + place)
        assert not signed_in_page.evaluate("document.body.dataset.pwned")
    assert [words for words in said if "Content Security Policy" in words] == []
