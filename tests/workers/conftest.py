"""The jobs of these tests are done in the test itself, or by a process that it starts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.servers.openai_like import OpenAILike

# This file may be read before Django is set up, so that models are imported where they are used.
if TYPE_CHECKING:
    from accounts.models import Project, User
    from catalog.models import Photo


@pytest.fixture(autouse=True)
def no_bell(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the broker were away: a worker that another test started hears of nothing here."""
    monkeypatch.setattr("core.jobs.sending.send", lambda *_, **__: None)
    monkeypatch.setattr("core.jobs.sweeping.send", lambda *_, **__: None)
    monkeypatch.setattr("core.jobs.running.send", lambda *_, **__: None)


@pytest.fixture
def server(settings: Any) -> Iterator[OpenAILike]:
    """An endpoint that this installation may call."""
    with OpenAILike(slow_s=0.3) as running:
        settings.ALLOWED_LOCAL_ENDPOINTS = (running.host_port,)
        yield running


@pytest.fixture
def photo(project: Project, kim: User) -> Photo:
    """One stored photo without comments."""
    from tests.catalog.imports import imported_photo

    return imported_photo(project, kim)
