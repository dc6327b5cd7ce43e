"""The fixtures that the other tests lean on."""

from __future__ import annotations

import pytest
from celery import current_app
from playwright.sync_api import Page


@pytest.mark.slow
def test_a_real_worker_answers(worker: None, celery_worker: str) -> None:
    queues = current_app.control.inspect([celery_worker], timeout=30).active_queues()[celery_worker]
    assert {queue["name"] for queue in queues} == {"default", "drafts", "gpu"}


@pytest.mark.browser
def test_a_real_browser_reaches_the_site(page: Page, live_url: str, transactional_db: None) -> None:
    answer = page.goto(f"{live_url}/healthz")
    assert answer is not None
    assert answer.status == 200
