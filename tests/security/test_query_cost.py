"""What a filter may cost: a search is a bounded text, never a pattern, and a statement ends in time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from accounts.models import Project, User
from config import services
from core.supervisor import programs
from tests.make import make_photo
from tests.people import signed_in
from tests.security.test_sources import found
from tests.test_architecture import sources

PHOTOS, API = "/p/lighthouse/photos/", "/api/v1/projects/lighthouse/photos/"


@pytest.mark.django_db
def test_a_search_is_no_pattern_and_not_endless(project: Project, kim: User) -> None:
    make_photo(project, title="100% (a+)+$ pier")
    client = signed_in(kim)
    for words, count in (("%", 1), ("_", 0), ("(a+)+$", 1), (".*", 0), ("\\", 0)):
        rows = client.get(API, {"q": words}).json()["results"]
        assert len(rows) == count, words
    for url in (PHOTOS, API):
        assert client.get(url, {"q": "a " * 50_000}).status_code in (400, 414)


def test_no_filter_takes_a_regular_expression() -> None:
    assert found(r"__i?regex|\bRegexp|~\*", sources()) == []


def test_the_web_server_ends_statements_and_workers_do_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert programs.web("127.0.0.1", 1).env["DATABASE_TIMEOUT_S"] == "30"
    assert all("DATABASE_TIMEOUT_S" not in each.env for each in programs.workers())
    assert "options" not in services.database(Path("/x"))["OPTIONS"]
    monkeypatch.setenv("DATABASE_TIMEOUT_S", "7")
    assert services.database(Path("/x"))["OPTIONS"]["options"] == "-c statement_timeout=7s"


@pytest.fixture
def hasty(transactional_db: None) -> Iterator[None]:
    """As the web server's connection, only sooner."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '100ms'")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET statement_timeout")


def sleep_in_the_database(*args: Any, **more: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(20)")


def test_a_statement_that_takes_too_long_is_ended_in_words(
    hasty: None, project: Project, kim: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.views.audit.render", sleep_in_the_database)
    monkeypatch.setattr("accounts.api.audit.entries_of", sleep_in_the_database)
    client, begun = signed_in(kim), time.monotonic()
    page = client.get("/p/lighthouse/audit/")
    told = client.get("/api/v1/projects/lighthouse/audit/")
    assert page.status_code == told.status_code == 422
    assert "Narrow the filters" in page.content.decode()
    assert told.json()["error"]["code"] == "too_slow"
    assert time.monotonic() - begun < 10
