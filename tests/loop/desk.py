"""A person at a browser of their own, who reads the pages and uses what they offer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from playwright.sync_api import Browser, Locator, Page, expect

from accounts.models import User
from tests.make import PASSWORD

# What a worker or trainer does takes as long as the machine needs; pages follow by themselves.
SOON, LATER = 20_000, 180_000


class Desk:
    """One person, signed in through the sign-in page."""

    def __init__(self, browser: Browser, person: User, address: str) -> None:
        person.set_password(PASSWORD)
        person.save()
        self.address = address
        self.said: list[str] = []
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.set_default_timeout(SOON)
        self.page = context.new_page()
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.go("/sign-in/")
        self.fill({"E-mail address": person.email, "Password": PASSWORD})
        self.press("Sign in")
        expect(self.page.get_by_role("heading", level=1)).not_to_have_text("Sign in")

    def go(self, path: str) -> Page:
        """Open an address of the site."""
        answer = self.page.goto(self.address + path)
        assert answer is not None and answer.ok, f"{path}: {answer and answer.status}"
        return self.page

    def follow(self, name: str) -> None:
        """Click the first link of this name."""
        self.page.get_by_role("link", name=name).first.click()

    def press(self, name: str) -> None:
        """Click the first button of exactly this name that can be seen."""
        buttons = self.page.get_by_role("button", name=name, exact=True)
        buttons.locator("visible=true").first.click()

    def fill(self, fields: Mapping[str, Any]) -> None:
        """Fill fields by label; what is folded away is opened first."""
        for label, value in fields.items():
            field = self._visible(label)
            if field.evaluate("node => node.tagName") == "SELECT":
                field.select_option(str(value))
            else:
                field.fill(str(value))

    def sees(self, words: str | re.Pattern[str], *, within: float = SOON) -> Locator:
        """Wait until the page says so."""
        found = self.page.get_by_text(words).first
        expect(found).to_be_visible(timeout=within)
        return found

    def number(self) -> int:
        """The number in the address of the page that is open."""
        return int(re.findall(r"/(\d+)/", self.page.url)[-1])

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """As a script of the page would, in this person's session."""
        token = next(c["value"] for c in self.page.context.cookies() if c["name"] == "csrftoken")
        headers = {"X-CSRFToken": token, "Referer": self.address}
        answer = self.page.request.post(self.address + path, data=dict(body), headers=headers)
        assert answer.ok, f"{path}: {answer.status} {answer.text()[:300]}"
        return dict(answer.json())

    def leave(self) -> None:
        """Close the browser; a script that failed fails the test."""
        self.page.context.close()
        assert self.said == []

    def _visible(self, label: str) -> Locator:
        whole = re.compile(rf"^\s*{re.escape(label)}\s*(\(optional\))?\s*$")
        found = self.page.get_by_label(whole)
        found.first.wait_for(state="attached")  # the page that was asked for may still be coming
        field = found.locator("visible=true")
        if not field.count():
            folded = self.page.locator("details:not([open])", has=found)
            folded.first.locator("summary").first.click()
        return field.first


def answer_by_keys(
    desk: Desk, campaign: int, keys: list[str], count: int, look_ms: int = 260
) -> None:
    """Work through ``count`` items of a campaign on the expert's page, by these keys, each after a
    look of so long: a key pressed twice does not answer what nobody has seen."""
    page = desk.go(f"/work/{campaign}/")
    for _ in range(count):
        page.wait_for_selector("[data-shell][data-item]")
        item = page.get_attribute("[data-shell]", "data-item")
        page.wait_for_timeout(look_ms)
        for key in keys:
            page.keyboard.press(key)
        page.wait_for_function(
            "item => document.querySelector('[data-shell]').dataset.item !== item", arg=item
        )
    desk.sees("Nothing to do here now")
    expect(page.locator("[data-bar-state]")).to_have_text("saved")


def answer_by_program(desk: Desk, campaign: int, answer: Any) -> None:
    """The same campaign through the API, in the person's own session."""
    while "item" in (entry := desk.post(f"/api/v1/work/{campaign}/claim/", {})):
        body = {"submission_id": str(uuid4()), "answer": answer(entry["item"]), "active_ms": 4000}
        desk.post(f"/api/v1/work/assignments/{entry['assignment']['id']}/submit/", body)
