"""Whatever a page or endpoint reads, strange values of it are refused in words and never break it.

Names are not listed here: pages are watched for what they ask the query and the form for, and the
API says in its schema what it takes. So a new field is tried by itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.test import Client
from django.urls import resolve

from accounts.models import User
from tests.annotation.build import ANSWERS, claimed, make_campaign
from tests.people import signed_in
from tests.routes import IN, PEOPLE, Row, World
from tests.security.bodies import body_of, with_strings
from tests.test_routes import API_ROWS, ROWS, _send, _url
from tests.test_routes import world as world

pytestmark = pytest.mark.django_db
WORDS = ("\x00", "9" * 30, "-1", "user__password")
EVIL: tuple[Any, ...] = ("\x00", "x" * 10_000, 10**18, None, {"\x00": "\x00"}, [10**18], [[]])
BROKEN = (
    "[", "null", "[]", '"a"', "\ufeff{}", "[" * 5000, '{"a": NaN}', '{"a": 1e400}', '{"a": "\\ud800"}',
)  # fmt: skip
QUERIES = [row for row in ROWS if row.method == "GET"]
FORMS = [row for row in ROWS if row.method == "POST" and not row.name.startswith("api:")]
WRITES = [row for row in API_ROWS if row.method not in ("GET", "DELETE")]
OURS = {"csrfmiddlewaretoken", "limit", "cursor"}
ClientFor = Callable[[Row], Client]


@pytest.fixture
def client_for(world: World) -> ClientFor:
    """Of whoever the row lets in; a failure of ours is an answer, not an exception."""

    def made(row: Row) -> Client:
        name = next((name for name in reversed(PEOPLE) if row.access[name] == IN), "curator")
        person = world.people[name]
        client = signed_in(person) if person else Client()
        client.raise_request_exception = False
        return client

    return made


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Every name that a view has asked a query or a form for."""
    names: set[str] = set()
    for method in ("__getitem__", "__contains__", "_getlist"):
        monkeypatch.setattr(QueryDict, method, _listening(getattr(QueryDict, method), names))
    return names


def _listening(read: Any, names: set[str]) -> Any:
    def listen(self: QueryDict, key: str, *args: Any, **more: Any) -> Any:
        names.add(key)
        return read(self, key, *args, **more)

    return listen


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def names_asked(row: Row, url: str, client: Client, asked: set[str]) -> list[str]:
    asked.clear()
    with undone():
        _send(client, row, url)
    view = getattr(resolve(url.partition("?")[0]).func, "cls", None)
    known = view().known_names() if hasattr(view, "known_names") else frozenset()
    return sorted((set(asked) | known) - OURS)


def status_of(send: Callable[..., HttpResponse], *args: Any, **more: Any) -> int:
    with undone():
        response = send(*args, **more)
        if response.streaming:
            response.getvalue()  # closes the file
    return response.status_code


def test_no_query_breaks_a_page(world: World, client_for: ClientFor, asked: set[str]) -> None:
    broken = []
    for row in QUERIES:
        with undone():
            client, url = client_for(row), _url(row, world)
            for name in names_asked(row, url, client, asked):
                broken += [
                    (str(row), name, word)
                    for word in WORDS
                    if status_of(client.get, url.partition("?")[0], {name: word}) >= 500
                ]
    assert not broken, broken


def test_no_form_breaks_a_page(world: World, client_for: ClientFor, asked: set[str]) -> None:
    broken = []
    for row in FORMS:
        with undone():
            client, url = client_for(row), _url(row, world)
            for name in names_asked(row, url, client, asked):
                broken += [
                    (str(row), name, word)
                    for word in WORDS
                    if status_of(client.post, url, {**(row.body or {}), name: word}) >= 500
                ]
    assert not broken, broken


def test_no_body_breaks_the_api(world: World, client_for: ClientFor) -> None:
    broken = []
    for row in WRITES:
        with undone():
            client, url = client_for(row), _url(row, world)
            body = body_of(row, url)
            for text in _bodies(body.example) if body else ():
                send = getattr(client, row.method.lower())
                if status_of(send, url, text, content_type="application/json") >= 500:
                    broken.append((str(row), text[:200]))
    assert not broken, "\n".join(map(str, broken))


def _bodies(example: dict[str, Any]) -> Iterator[str]:
    for name in example:
        for value in EVIL:
            yield json.dumps({**example, name: value})


@pytest.mark.parametrize("text", BROKEN)
def test_what_no_row_could_hold_is_not_read(text: str, ben: User) -> None:
    client = signed_in(ben)
    response = client.patch("/api/v1/me/preferences/", text, content_type="application/json")
    assert response.status_code == 400 and response.json()["error"]["message"]


@pytest.mark.parametrize("item_type", sorted(ANSWERS))
def test_no_answer_breaks_its_item_type(world: World, item_type: str) -> None:
    person = world.people["expert"]
    assert person
    held = claimed(make_campaign(world.project, item_type), person)
    client = signed_in(person)
    client.raise_request_exception = False
    url = f"/api/v1/work/assignments/{held.pk}/submit/"
    for answer in with_strings(ANSWERS[item_type], ("\x00", "\u202e" * 3, "x" * 100_000)):
        body = {"submission_id": "8f14e45f-ceea-467f-a0e6-6f0c0f1a2b3c", "answer": answer}
        status = status_of(client.post, url, json.dumps(body), content_type="application/json")
        assert status < 500, answer
