"""Pages around the work, of leads and of experts, in a real browser: nothing that axe knows of, nothing
runs out of a tablet's width, every control shows the focus, and text of twice the size loses nothing."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from accounts.models import Project, User
from annotation.models import Campaign, Item
from annotation.services.discussing import add_message, settle_with_response
from tests.annotation.build import ANSWERS, answered, claimed, make_campaign, scored
from tests.annotation.desk import sign_in
from tests.pages.desk import findings

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# What can be focused and shows nothing when it is.
UNSEEN = """() => {
  const of = (s) => [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.borderColor, s.backgroundColor];
  const look = (node) => [null, "::after"].flatMap((part) => of(getComputedStyle(node, part))).join();
  return [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
    .filter((node) => !node.disabled && node.type !== "hidden" && node.checkVisibility() && node.getBoundingClientRect().width > 1)
    .filter((node) => { node.blur(); const before = look(node); node.focus({ focusVisible: true }); return document.activeElement === node && look(node) === before; })
    .map((node) => node.outerHTML.slice(0, 120));
}"""
WIDE = "document.documentElement.scrollWidth - innerWidth"


def disputed(project: Project, ben: User, eve: User) -> Item:
    campaign = make_campaign(project, "photo_score", overlap=2)
    answered(claimed(campaign, ben), {"score": 2})
    item = answered(claimed(campaign, eve), {"score": 9}).item
    add_message(item=item, author=ben, text="The horizon leans.")
    return item


def judged(project: Project, ben: User, eve: User) -> Campaign:
    campaign = make_campaign(project, "answer_judging", overlap=2)
    for person in (ben, eve):
        answered(claimed(campaign, person), ANSWERS["answer_judging"])
    return campaign


def look_at(page: Page, address: str) -> list[str]:
    """What is wrong at an address."""
    page.goto(address)
    wrong = [*findings(page), *page.evaluate(UNSEEN)]
    tab = page.context.new_cdp_session(page)
    for size in (16, 32):
        tab.send("Page.setFontSizes", {"fontSizes": {"standard": size, "fixed": 13}})
        if page.evaluate(WIDE) > 0:
            wrong.append(f"wider than the window with text of {size} px")
    tab.send("Page.setFontSizes", {"fontSizes": {"standard": 16, "fixed": 13}})
    return [f"{address}: {each}" for each in wrong]


def test_pages_around_the_work(
    page: Page, live_url: str, project: Project, ada: User, ben: User, eve: User
) -> None:
    flagged, results = disputed(project, ben, eve), judged(project, ben, eve)
    sessions = make_campaign(project, photos=2, session_count=2)
    settled = scored(make_campaign(project).items.get(), ben, 5)
    settle_with_response(item=settled.item, response_id=settled.pk, reason="Flat.", by=ada)
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": 1024, "height": 768})
    leads = [
        ("new-campaign", {}), ("campaign", flagged.campaign_id), ("now", {}), ("sessions", sessions.pk),
        ("items", flagged.campaign_id), ("flags", flagged.campaign_id), ("results", results.pk),
        ("guidelines", sessions.pk), ("qualification", sessions.pk), ("project-hours", {}),
    ]  # fmt: skip
    wrong: list[str] = []
    sign_in(page.context, ada, live_url)
    for name, campaign in leads:
        parts = {"slug": project.slug, **({"campaign_id": campaign} if campaign else {})}
        query = "?item_type=crop_draw" if name == "new-campaign" else ""
        wrong += look_at(page, live_url + reverse(f"annotation:{name}", kwargs=parts) + query)
    for name in ("item", "adjudicate"):
        wrong += look_at(
            page, live_url + reverse(f"annotation:{name}", args=[project.slug, flagged.pk])
        )
    sign_in(page.context, ben, live_url)
    for path in (
        "/work/",
        "/work/answers/?show=settled",
        f"/work/discussions/{flagged.discussion.pk}/",
    ):
        wrong += look_at(page, live_url + path)
    assert not wrong, "\n".join(wrong)
