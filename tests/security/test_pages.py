"""Every page, full of attacks, in a real browser with the content policy in force: they are text."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page

from accounts.models import User
from tests.people import signed_in
from tests.routes import IN, Row, World
from tests.security.asking import world as world
from tests.security.haunting import EVALUATED, HURT, addresses, attack_every_word, haunt
from tests.test_routes import _client

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BEST_FIRST = ("lead", "curator", "researcher", "expert", "administrator", "anonymous")
TRAPS = """
window.hurts = 0; window.hurt = () => { window.hurts += 1; };
window.violations = [];
addEventListener("securitypolicyviolation", (e) => violations.push(e.violatedDirective + " " + e.blockedURI));
"""
FOUND = """() => ({
  hurts: window.hurts,
  planted: document.querySelectorAll("[data-hurt]").length,
  violations: window.violations,
  links: [...document.querySelectorAll("[href],[src],[action],[formaction],[data]")].filter((node) =>
    ["href", "src", "action", "formaction", "data"].some((name) =>
      /^\\s*(javascript|vbscript|data:text)/i.test(node.getAttribute(name) || ""))).length,
})"""
# The experts' page fetches its item; in the preview of a campaign it is there.
READY = """() => {
  const shell = document.querySelector("[data-shell]");
  return !shell || shell.dataset.item || shell.dataset.ready || shell.querySelector("[data-stage]").textContent.trim();
}"""
# Wherever else they may be shown: these must be on some page, or the test looks at the wrong thing.
SHOWN = {
    "photo.title", "photo.author", "rawcomment.text", "campaign.name", "guidelinesversion.text",
    "message.text", "flag.reason", "draft.content", "user.name", "project.name", "job.error",
    "importedfile.reason", "crop.rationale", "apitoken.name",
}  # fmt: skip


@pytest.fixture
def places(world: World) -> list[tuple[Row, str, User | None]]:
    """Every page of the table and those of the haunted rows, each with somebody who may see it."""
    haunted = haunt(world)
    found = addresses(world)
    by_name = {row.name: row for row, _ in found}
    found += [(by_name[name], reverse(name, kwargs=parts)) for name, parts in haunted]
    attack_every_word()
    return [(row, url, _who(row, world)) for row, url in found]


def _who(row: Row, world: World) -> User | None:
    name = next((name for name in BEST_FIRST if row.access[name] == IN), "anonymous")
    person = world.people[name]
    return User.objects.get(pk=person.pk) if person else None


def is_page(url: str, person: User | None) -> bool:
    response = _client(person).get(url)
    assert response.status_code < 500, url
    kind = response.get("Content-Type", "")
    if not response.streaming and kind.startswith("text/html"):
        assert EVALUATED not in response.content.decode(), url
    if response.streaming:
        response.getvalue()  # closes the file
    return kind.startswith("text/html")


class Looker:
    """A browser that notes what went wrong and which words it saw."""

    def __init__(self, browser: Browser, site: str) -> None:
        self.browser, self.site = browser, site
        self.contexts: dict[Any, BrowserContext] = {}
        self.faults: list[str] = []
        self.seen: set[str] = set()

    def page_of(self, person: User | None) -> Page:
        """A page in which this person is signed in."""
        if person not in self.contexts:
            context = self.contexts[person] = self.browser.new_context(base_url=self.site)
            context.add_init_script(TRAPS)
            if person is not None:
                key = signed_in(person).cookies["sessionid"].value
                context.add_cookies([{"name": "sessionid", "value": key, "url": self.site}])
            context.new_page()
        return self.contexts[person].pages[0]

    def look(self, url: str, person: User | None) -> None:
        page = self.page_of(person)
        note = lambda words: self.faults.append(f"{url}: {words}")  # noqa: E731
        listen = {
            "dialog": lambda dialog: (note(f"dialog {dialog.message}"), dialog.dismiss()),
            "pageerror": lambda error: note(f"error {error}"),
            "console": lambda said: note(said.text) if "Content Security" in said.text else None,
            "request": lambda sent: self._check_request(url, sent.url),
        }
        for event, handler in listen.items():
            page.on(event, handler)
        answer = page.goto(url)
        assert answer
        if answer.status == 400 or answer.status >= 500:  # other refusals are the row's own
            note(f"{answer.status} {page.inner_text('main')[:300]}")
        page.wait_for_function(READY)
        found = page.evaluate(FOUND)
        if found != {"hurts": 0, "planted": 0, "violations": [], "links": 0}:
            note(str(found))
        self.seen |= set(re.findall(r"\[(\w+\.\w+)\]\"><img src=x", self._text(page)))
        for event, handler in listen.items():
            page.remove_listener(event, handler)

    def _check_request(self, url: str, sent: str) -> None:
        if not sent.startswith((self.site, "data:", "blob:")):
            self.faults.append(f"{url}: asked {sent}")

    def _text(self, page: Page) -> str:
        return str(
            page.evaluate("""() => [document.body.textContent,
          ...[...document.querySelectorAll("input, textarea")].map((node) => node.value)].join("\\n")""")
        )


def test_a_page_that_is_hurt_is_noticed(browser: Browser) -> None:
    looker = Looker(browser, "http://hurt.test")
    page = looker.page_of(None)
    page.route(
        "**", lambda route: route.fulfill(body=f"<p title='a{HURT}", content_type="text/html")
    )
    looker.look("/", None)
    page.unroute("**")
    page.route(
        "**", lambda route: route.fulfill(body=f'<p title="a{HURT}', content_type="text/html")
    )
    looker.look("/", None)
    assert len(looker.faults) == 1 and "'hurts': 2, 'planted': 1" in looker.faults[0]


def test_every_word_is_only_ever_a_word(
    places: list[tuple[Row, str, User | None]], browser: Browser, live_url: str
) -> None:
    looker = Looker(browser, live_url)
    for _, url, person in places:
        if is_page(url, person):
            looker.look(url, person)
    assert not looker.faults, "\n".join(looker.faults)
    assert looker.seen >= SHOWN, sorted(SHOWN - looker.seen)
