"""Training, changed guidelines and a day's limit in a real browser, by keyboard alone."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import Project, User
from annotation.models import Campaign, GuidelinesRead, Item, Participation, Rating
from annotation.services.adding import add_selection
from annotation.services.campaigns import create_campaign, open_campaign
from annotation.services.deciding import decide_training
from annotation.services.guidelines import Example, write_guidelines
from annotation.services.training import add_own
from annotation.subjects import Selection
from catalog.models import Photo
from tests.catalog.imports import imported
from tests.catalog.pictures import jpeg
from tests.people import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def campaign(project: Project, kim: User, ada: User) -> Campaign:
    """Two rounds of one training item, four items of work of which three a day, a second to look."""
    imported(project, kim, {f"{at}.jpg": jpeg(at, size=(300, 200)) for at in range(6)})
    photos = list(Photo.objects.order_by("pk").values_list("pk", flat=True))
    made = create_campaign(
        project=project, name="Careful scores", item_type="photo_score", overlap=1, by=None,
        guidelines="Look at the light.", conduct={
            "pass_marks": [1.0, 1.0], "round_items": 1, "daily_items": 5, "least_view_ms": 1500,
            "confirms_guidelines": True,
        },
    )  # fmt: skip
    add_selection(campaign=made, selection=Selection(), by=None)
    add_own(campaign=made, photo_ids=photos[:2], by=ada)
    return made


def sign_in(context: BrowserContext, person: User, live_url: str) -> None:
    session = signed_in(person).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_url}])


def check(page: Page) -> None:
    found = Axe().run(page)
    assert not found.response["violations"], found.generate_report()


def answer(page: Page, digit: str) -> None:
    """Wait for an item, look for as long as is asked, score it and send it."""
    page.wait_for_selector("[data-shell][data-item]")
    page.wait_for_timeout(1800)
    page.keyboard.press(digit)
    page.keyboard.press("Enter")


def go_on(page: Page, words: str) -> None:
    """Wait for words between two items, and leave them by Enter."""
    expect(page.locator("[data-stage]")).to_contain_text(words)
    check(page)
    page.keyboard.press("Enter")


def test_an_expert_learns_works_and_stops_for_today(
    page: Page, live_url: str, campaign: Campaign, ada: User, ben: User
) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": 1440, "height": 900})
    # The lead answers the training items on the work page and opens the campaign.
    sign_in(page.context, ada, live_url)
    here = f"{live_url}/p/{campaign.project.slug}/campaigns/{campaign.pk}"
    page.goto(f"{here}/qualification/answer/")
    for _ in range(2):
        answer(page, "8")
    expect(page.locator("[data-stage]")).to_contain_text("You have answered every training item")
    page.goto(f"{here}/qualification/")
    check(page)
    open_campaign(campaign=campaign, by=ada)
    # Ben reads the guidelines, fails, and is told kindly.
    sign_in(page.context, ben, live_url)
    page.goto(f"{live_url}/work/{campaign.pk}/")
    go_on(page, "Look at the light.")
    page.wait_for_selector("[data-shell][data-item]")
    page.wait_for_timeout(220)  # a key pressed twice does not answer what nobody has seen
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(page.locator("[data-say]")).to_contain_text("Look a little longer")
    answer(page, "2")
    go_on(page, "8 of 10")
    expect(page.locator("[data-stage]")).to_contain_text("may give you another try")
    # Another try, passed in both rounds; then work.
    decide_training(campaign=campaign, person=ben, act="again", reason="Once more.", by=ada)
    page.reload()
    answer(page, "8")
    go_on(page, "The next round has other items")
    answer(page, "7")
    go_on(page, "The training is passed")
    answer(page, "6")
    # The guidelines change: what is new is marked, and confirmed once. What is held goes first.
    photo_id = Item.objects.filter(campaign=campaign).values_list("photo_id", flat=True)[0]
    example = Example(photo_id, "The light falls on the face.", is_good=True)
    write_guidelines(campaign=campaign, text="Look at the soft light.", examples=[example], by=ada)
    page.wait_for_timeout(300)
    answer(page, "5")
    expect(page.locator("[data-stage]")).to_contain_text("Enough for today")
    assert Participation.objects.get(person=ben).stage == "passed"
    assert Rating.objects.count() == 2
    Participation.objects.update(day_items=0)
    page.reload()
    expect(page.locator(".diff ins")).to_have_text("soft")
    go_on(page, "The light falls on the face.")
    page.wait_for_selector("[data-shell][data-item]")
    page.keyboard.press("g")
    page.get_by_label("Search in the guidelines").fill("soft")
    expect(page.locator("[data-found]")).to_have_text("1 place")
    check(page)
    assert list(GuidelinesRead.objects.values_list("version", flat=True).order_by("pk")) == [1, 2]
