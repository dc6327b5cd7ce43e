"""Ben's desk in a real browser against the real site, for the stories of the work pages: photos with
all that item types ask about, a campaign, keys, and what is listened to meanwhile."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from accounts.models import Project, User
from annotation.handles import id_of
from annotation.models import Campaign, DraftKind, Response
from annotation.services.campaigns import add_selection, create_campaign, open_campaign
from annotation.subjects import Selection
from catalog.models import Photo, Question
from tests.annotation.build import BOXES, GUIDANCE, make_draft
from tests.catalog.imports import imported
from tests.catalog.pictures import jpeg
from tests.make import make_crop
from tests.people import signed_in
from tests.traffic import heard

Open = Callable[[str], Page]
# What is planted by `photos` and by the tests, and no expert may learn: who made a draft or a crop, the
# name of a file, who else answers, what an item is for.
HIDDEN = re.compile(
    r"secret-model|openai|hidden-name|eve@|random_bad|\bgold_|copy_of|purpose|made_from|\bmos_",
    re.IGNORECASE,
)


@pytest.fixture
def photos(project: Project, kim: User) -> list[Photo]:
    """Three stored photos, each with four crops, a question and a verified draft of each kind."""
    imported(project, kim, {f"hidden-name-{at}.jpg": jpeg(at, size=(600, 400)) for at in range(3)})
    rows = list(Photo.objects.order_by("pk"))
    for photo in rows:
        for box in BOXES:
            make_crop(photo, box)
        Question.objects.create(photo=photo, text="What is far out?", answers=["a tower"])
        make_draft(photo, DraftKind.GUIDANCE, GUIDANCE)
        make_draft(photo, DraftKind.CROPS, {"crops": [{"box": [0.2, 0.2, 0.8, 0.8]}]})
    return rows


def start(project: Project, item_type: str, **fields: Any) -> Campaign:
    campaign = create_campaign(
        project=project, name=f"Our {item_type}", item_type=item_type,
        overlap=fields.pop("overlap", 1), guidelines="Look at the light.", by=None, **fields,
    )  # fmt: skip
    add_selection(campaign=campaign, selection=Selection(), by=None)
    return open_campaign(campaign=campaign, by=None)


@pytest.fixture
def said(page: Page) -> Iterator[list[str]]:
    """What the page's console says; faults fail the test."""
    words: list[str] = []
    page.on("console", lambda m: words.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: words.append(str(error)))
    yield words
    assert [each for each in words if "Failed to load resource" not in each] == []


def sign_in(context: BrowserContext, person: User, live_url: str) -> None:
    session = signed_in(person).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_url}])


@pytest.fixture
def blind(ben: User) -> Iterator[None]:
    """Whatever Ben's browser gets meanwhile, page, data, picture, header or error, never says what
    is hidden from him."""
    with heard() as answers:
        yield
    leaks = {(each.path, *found) for each in answers if each.person == ben.pk
             if (found := HIDDEN.findall(each.text))}  # fmt: skip
    assert leaks == set() and answers


@pytest.fixture
def desk(
    page: Page, live_url: str, ben: User, said: list[str], photos: list[Photo], blind: None
) -> Open:
    """Opens an address as Ben and waits for what it shows first."""
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page.context, ben, live_url)

    def go(path: str) -> Page:
        page.goto(live_url + path)
        return page

    return go


def work(desk: Open, campaign: Campaign) -> Page:
    """Ben's workspace with an item on it."""
    page = desk(f"/work/{campaign.pk}/")
    shown(page)
    return page


def shown(page: Page) -> int:
    """Wait for an item that can be answered; its assignment."""
    page.wait_for_selector("[data-shell][data-item]")
    page.wait_for_timeout(260)  # a key pressed twice does not answer what nobody has seen
    return id_of(page.get_attribute("[data-shell]", "data-item") or "")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def check(page: Page) -> None:
    """No known fault of accessibility."""
    found = Axe().run(page)
    assert not found.response["violations"], found.generate_report()


def wait_for(count: Callable[[], int], wanted: int) -> None:
    """Until the database holds so many."""
    end = time.monotonic() + 20
    while count() < wanted:
        assert time.monotonic() < end, f"{count()} of {wanted}"
        time.sleep(0.05)


def responses(campaign: Campaign) -> Callable[[], int]:
    return lambda: Response.objects.filter(item__campaign=campaign).count()
