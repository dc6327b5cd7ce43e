"""A page of work in Chromium: what it weighs cold, how soon one can act, how soon the next item is there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update",
         "--disable-sync"]  # fmt: skip
# An item is shown, its pictures are there, and its primary action can be pressed.
CAN_ACT = """() => {
  const shell = document.querySelector('[data-shell][data-item]');
  const pictures = [...document.querySelectorAll('[data-shell] img')];
  if (!shell || !pictures.length || !pictures.every(p => p.complete && p.naturalWidth)) return 0;
  return performance.now();
}"""
# From the last key that was pressed until another item is shown with all its pictures, and a frame
# after that one has been painted.
NEXT_PAINTED = """() => { window.nextPainted = new Promise((done) => {
  const shell = document.querySelector('[data-shell]');
  const before = shell.dataset.item;
  let pressed = 0;
  addEventListener('keydown', (event) => { pressed = event.timeStamp; }, { capture: true });
  const isThere = () => {
    const pictures = [...shell.querySelectorAll('[data-stage] img')];
    return shell.dataset.item && shell.dataset.item !== before && pictures.length
      && pictures.every((picture) => picture.complete && picture.naturalWidth);
  };
  const look = () => {
    if (!isThere()) return requestAnimationFrame(look);
    const shown = pressed;
    return requestAnimationFrame(() => {
      const painted = new MessageChannel();
      painted.port1.onmessage = () => done(performance.now() - shown);
      painted.port2.postMessage(0);
    });
  };
  requestAnimationFrame(look);
}); }"""
# Longer than a second press of the same key is taken for one, and than the items ahead take to come.
THINK_MS = 900


@dataclass
class Visit:
    """One cold visit: seconds until one can act, KiB transferred by type of request, and unpacked."""

    seconds: float = 0.0
    first_paint: float = 0.0
    kib: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    raw_kib: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    requests: int = 0

    @property
    def code_kib(self) -> float:
        """Everything but pictures: page, scripts, styles, fonts, data."""
        return sum(size for kind, size in self.kib.items() if kind != "Image")


def scripts_and_styles(kib: dict[str, float]) -> float:
    """What of it is code in the strict sense."""
    return kib["Script"] + kib["Stylesheet"]


def sign_in(address: str, email: str, password: str) -> list[Any]:
    """The cookies of somebody who has signed in."""
    with _browser() as browser:
        page = browser.new_page()
        page.goto(f"{address}/sign-in/")
        page.get_by_label("E-mail address").fill(email)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "sign-in" not in url)
        return list(page.context.cookies())


def visit(url: str, cookies: list[Any]) -> Visit:
    """Open the page with nothing cached, in a browser that has just started."""
    found = Visit()
    with _browser() as browser:
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.add_cookies(cookies)
        page = context.new_page()
        _count(page, found)
        page.goto(url, wait_until="commit")
        found.seconds = page.wait_for_function(CAN_ACT, polling="raf").json_value() / 1000
        page.wait_for_load_state("networkidle")
        found.first_paint = page.evaluate(
            "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
        ) / 1000  # fmt: skip
    return found


def switches(
    url: str, cookies: list[Any], keys: list[str], count: int, think_ms: int = THINK_MS
) -> list[float]:
    """Milliseconds from the key that sends an answer to the next item, painted; one after the other."""
    found: list[float] = []
    with _browser() as browser:
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.add_cookies(cookies)
        page = context.new_page()
        page.goto(url)
        page.wait_for_function(CAN_ACT, polling="raf")
        for _ in range(count):
            page.wait_for_load_state("networkidle")
            page.wait_for_timeout(think_ms)
            page.evaluate(NEXT_PAINTED)
            for key in keys:
                page.keyboard.press(key)
            found.append(float(page.evaluate("() => window.nextPainted")))
    return found


def _count(page: Page, found: Visit) -> None:
    kinds: dict[str, str] = {}
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")

    def began(event: dict[str, Any]) -> None:
        kinds[event["requestId"]] = event["type"]

    def ended(event: dict[str, Any]) -> None:
        found.kib[kinds.get(event["requestId"], "Other")] += event["encodedDataLength"] / 1024
        found.requests += 1

    def came(event: dict[str, Any]) -> None:
        found.raw_kib[kinds.get(event["requestId"], "Other")] += event["dataLength"] / 1024

    session.on("Network.responseReceived", began)
    session.on("Network.dataReceived", came)
    session.on("Network.loadingFinished", ended)


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
