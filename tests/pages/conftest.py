"""The pages of `core.web.design`, with sample items and no database, in one browser context."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test import override_settings
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, BrowserContext, Page

from tests.pages.desk import await_item

# A context is shared, so that scripts and pictures stay in its cache; what pages keep is not: a new
# tab has an empty session store, and begins by emptying the other one.
FRESH = """
  if (location.protocol.startsWith("http") && !sessionStorage.getItem("begun")) {
    localStorage.clear(); sessionStorage.setItem("begun", "1");
  }
"""


@pytest.fixture(scope="session")
def shared_context(browser: Browser) -> Iterator[BrowserContext]:
    """One browser context for all tests of pages."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.add_init_script(FRESH)
    yield context
    context.close()


@pytest.fixture
def page(shared_context: BrowserContext) -> Iterator[Page]:
    """A tab of its own, without cookies."""
    page = shared_context.new_page()
    page.set_viewport_size({"width": 1280, "height": 800})
    yield page
    page.close()
    shared_context.clear_cookies()


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The gallery on a port of its own."""
    with override_settings(ROOT_URLCONF="core.web.design", SHOW_DESIGN_GALLERY=True):
        thread = LiveServerThread("127.0.0.1", StaticFilesHandler, port=0)
        thread.daemon = True
        thread.start()
        thread.is_ready.wait()
        yield f"http://127.0.0.1:{thread.port}"
        thread.terminate()


@pytest.fixture
def open_page(page: Page, site: str) -> Iterator[Callable[[str], Page]]:
    """Opens an address; at the end nothing may have been complained about in the console."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)

    def go(path: str = "/") -> Page:
        page.goto(f"{site}{path}")
        if path.startswith("/expert/"):
            await_item(page, 0)
        return page

    yield go
    assert [words for words in complaints if "Failed to load resource" not in words] == []


@pytest.fixture
def work(open_page: Callable[[str], Page]) -> Callable[[str], Page]:
    """Opens the expert page of an item type."""
    return lambda item_type: open_page(f"/expert/{item_type}/")


@pytest.fixture(scope="module")
def shelf(browser: Browser, site: str) -> Iterator[Page]:
    """One page for tests that only call modules."""
    page = browser.new_page()
    page.goto(f"{site}/expert/photo_score/")
    yield page
    page.close()
