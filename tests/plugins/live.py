"""Fixtures: the site served to a real browser, and the browser itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from pytest_django.live_server_helper import LiveServer

from core.processes import wait_while

CHROMIUM = Path("/usr/bin/chromium")
# Chromium takes the last of these lists: Playwright's names that matter here, then the drop-downs of
# the address bar, for each of which a window starts a process that takes longer than most pages.
UNWANTED = (
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "PaintHolding", "ThirdPartyStoragePartitioning",
    "MediaRouter", "OptimizationHints", "LensOverlay",
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup",
)  # fmt: skip
FLAGS = [
    f"--disable-features={','.join(UNWANTED)}",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without Chromium the browser tests are skipped, and say so."""
    if CHROMIUM.exists():
        return
    reason = f"there is no {CHROMIUM}; apt-get install chromium"
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium; nothing is downloaded."""
    return {**browser_type_launch_args, "executable_path": str(CHROMIUM), "args": FLAGS}


@pytest.fixture
def live_url(live_server: LiveServer) -> str:
    """The address of the site, served from this process over the test database."""
    return str(live_server.url)


@pytest.fixture(autouse=True)
def quiet_end(request: pytest.FixtureRequest) -> Iterator[None]:
    """The tables are emptied only when the last request of a closed page has been answered.

    Set up before the page, so that it ends after it; otherwise the two could lock each other out.
    """
    if "live_url" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    wait_while(others_are_busy, seconds=30)


def others_are_busy() -> bool:
    """Whether another connection to the test database is in the middle of something."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND state <> 'idle'"
        )
        return bool(cursor.fetchone()[0])
