"""The fixtures that the other tests lean on."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page


@pytest.mark.browser
def test_a_real_browser_reaches_the_site(page: Page, live_url: str, transactional_db: None) -> None:
    answer = page.goto(f"{live_url}/healthz")
    assert answer is not None
    assert answer.status == 200
