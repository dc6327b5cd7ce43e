"""Every test process has its own PostgreSQL and Valkey, in a folder of its own.

Settings only need to know where the services will be; they start with the first test that uses
the database, so that tests of pure mathematics pay nothing.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
import pytest

pytest_plugins = [
    "tests.plugins.services",
    "tests.plugins.live",
    "tests.plugins.emptying",
    "tests.plugins.once",
    "tests.plugins.order",
]


def pytest_configure(config: pytest.Config) -> None:
    """Point the settings at this process's own folder before anything loads them."""
    folder = Path(tempfile.mkdtemp(prefix="reframe-test-"))
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    for name in ("DATABASE_URL", "BROKER_URL", "CACHE_URL", "STORAGE_URL", "MEDIA_ROOT"):
        os.environ.pop(name, None)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "ENV_FILE": str(folder / "no.env"),
        "VAR_DIR": str(folder),
        "SECRET_KEY": secrets.token_hex(32),
        "HTTPS": "0",
        # A playwright page runs an event loop in the test's thread; Django would refuse queries.
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
    }
    django.setup()
    # Named here, not above: it imports models, which need the settings.
    config.pluginmanager.import_plugin("tests.people")
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        # The processes that this one starts inherit its environment; with the name of the settings
        # in it they would load them before they have a folder of their own.
        del os.environ["DJANGO_SETTINGS_MODULE"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The test database goes at the end, once nobody is connected to it any more."""
    yield
    from tests.plugins.emptying import end_connections  # pytest rewrites it before this

    with django_db_blocker.unblock():
        end_connections()
