"""Whatever a page or endpoint reads, strange values of it are refused in words and never break it.

Names are not listed here: pages are watched for what they ask the query and the form for, and the
API says in its schema what it takes. So a new field is tried by itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import resolve, reverse

from accounts.models import User
from tests.annotation.build import ANSWERS, claimed, make_campaign
from tests.people import signed_in
from tests.routes import Row, World
from tests.security.asking import (
    API_WRITES,
    FORMS,
    QUERIES,
    ClientFor,
    sent,
    sent_json,
    undone,
)
from tests.security.asking import client_for as client_for
from tests.security.asking import world as world
from tests.security.bodies import body_of, with_strings
from tests.test_routes import _send, _url

pytestmark = pytest.mark.django_db
WORDS = ("\x00", "9" * 30, "-1", "user__password")
EVIL: tuple[Any, ...] = ("\x00", "x" * 10_000, 10**18, None, {"\x00": "\x00"}, [10**18], [[]])
BROKEN = (
    "[", "null", "[]", '"a"', "\ufeff{}", "[" * 5000, '{"a": NaN}', '{"a": 1e400}', '{"a": "\\ud800"}',
)  # fmt: skip
OURS = {"csrfmiddlewaretoken", "limit", "cursor"}


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


def names_asked(row: Row, url: str, client: Client, asked: set[str]) -> list[str]:
    asked.clear()
    with undone():
        _send(client, row, url)
    view = getattr(resolve(url.partition("?")[0]).func, "cls", None)
    known = view().known_names() if hasattr(view, "known_names") else frozenset()
    return sorted((set(asked) | known) - OURS)


def test_no_query_breaks_a_page(world: World, client_for: ClientFor, asked: set[str]) -> None:
    broken = []
    for row in QUERIES:
        with undone():
            client, url = client_for(row), _url(row, world)
            for name in names_asked(row, url, client, asked):
                broken += [
                    (str(row), name, word)
                    for word in WORDS
                    if sent(client.get, url.partition("?")[0], {name: word}).status_code >= 500
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
                    if sent(client.post, url, {**(row.body or {}), name: word}).status_code >= 500
                ]
    assert not broken, broken


def test_no_body_breaks_the_api(world: World, client_for: ClientFor) -> None:
    broken = []
    for row in API_WRITES:
        with undone():
            client, url = client_for(row), _url(row, world)
            body = body_of(row, url)
            for text in _bodies(body.example) if body else ():
                status = sent_json(client, row, url, text).status_code
                broken += [(str(row), text[:200])] if status >= 500 else []
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
    url = reverse("api:work-submit", args=[held.pk])
    for answer in with_strings(ANSWERS[item_type], ("\x00", "\u202e" * 3, "x" * 100_000)):
        body = {"submission_id": "8f14e45f-ceea-467f-a0e6-6f0c0f1a2b3c", "answer": answer}
        response = sent(client.post, url, json.dumps(body), content_type="application/json")
        assert response.status_code < 500, answer
