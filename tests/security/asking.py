"""Fixtures and calls for sending requests over the whole route table in one test, each undone before
the next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from tests.people import signed_in
from tests.routes import IN, PEOPLE, Row, World
from tests.test_routes import API_ROWS, ROWS
from tests.test_routes import world as world

ClientFor = Callable[[Row], Client]
QUERIES = [row for row in ROWS if row.method == "GET"]
FORMS = [row for row in ROWS if row.method == "POST" and not row.name.startswith("api:")]
API_WRITES = [row for row in API_ROWS if row.method not in ("GET", "DELETE")]


@pytest.fixture
def client_for(world: World) -> ClientFor:
    """A session of whoever a row lets in; a failure of ours is an answer to it, no exception."""

    def made(row: Row) -> Client:
        name = next((name for name in reversed(PEOPLE) if row.access[name] == IN), "curator")
        person = world.people[name]
        client = signed_in(person) if person else Client()
        client.raise_request_exception = False
        return client

    return made


@contextmanager
def undone() -> Iterator[None]:
    """What is written inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def sent(send: Callable[..., HttpResponse], *args: Any, **more: Any) -> HttpResponse:
    """The answer, whose file (if it is one) has been read and closed; ``body`` holds its bytes."""
    with undone():
        response = send(*args, **more)
        response.body = response.getvalue()  # type: ignore[attr-defined]
    return response


def sent_json(client: Client, row: Row, url: str, body: str) -> HttpResponse:
    """A write of the API."""
    return sent(getattr(client, row.method.lower()), url, body, content_type="application/json")
