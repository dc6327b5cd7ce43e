"""What must hold for every address: who gets in, and what no answer may lack.

The table stands in ``tests/routes``. Here: it is complete, it is true, and every answer keeps the
rules of the house (content policy, CSRF, one shape of errors, no way round by foreign ids).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

import tests.routes
from accounts.models import Project, User
from accounts.services.tokens import create_token
from tests.make import make_member
from tests.people import signed_in
from tests.routes import FORBIDDEN, IN, MISSING, PEOPLE, SIGN_IN, Row, World

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
TOLD_WHY = {400, 409, 413, 415, 422}


def _rows() -> list[Row]:
    folder = pkgutil.iter_modules(tests.routes.__path__)
    modules = [importlib.import_module(f"tests.routes.{each.name}") for each in folder]
    return [row for module in modules for row in module.ROWS]


ROWS = _rows()
BY_NAME: dict[str, list[Row]] = {}
for _row in ROWS:
    BY_NAME.setdefault(_row.name, []).append(_row)
API_ROWS = [row for row in ROWS if row.name.startswith("api:")]
# Parts of addresses that every project has alike.
WORDS_OF_OURS = {"step"}


def _patterns(resolver: URLResolver, spaces: tuple[str, ...] = ()) -> Iterator[str]:
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            inner = (*spaces, each.namespace) if each.namespace else spaces
            yield from _patterns(each, inner)
        elif isinstance(each, URLPattern):
            yield ":".join((*spaces, each.name or str(each.pattern)))


@pytest.fixture
def world(
    project: Project, other_project: Project, ben: User, ada: User, kim: User, rui: User,
    cleo: User, max_admin: User,
) -> World:  # fmt: skip
    people = (None, cleo, ben, ada, kim, rui, max_admin)
    return World(project, other_project, dict(zip(PEOPLE, people, strict=True)))


@dataclass(frozen=True)
class Asked:
    """An address with its subject made."""

    row: Row
    world: World
    parts: dict[str, Any]
    url: str

    def person(self, name: str) -> User:
        found = self.world.people[name]
        assert found is not None
        return found

    def client(self, name: str, *, csrf: bool = False) -> Client:
        return signed_in(self.person(name), csrf=csrf)


Check = Callable[[Asked], None]


def _url(row: Row, world: World, parts: dict[str, Any] | None = None) -> str:
    parts = row.args(world) if parts is None else parts
    try:
        url = reverse(row.name, kwargs={"slug": world.project.slug, **parts})
    except tests.routes.NoReverseMatch:
        url = reverse(row.name, kwargs=parts)
    return url + row.query


def _client(person: User | None, *, csrf: bool = False) -> Client:
    return signed_in(person, csrf=csrf) if person else Client(enforce_csrf_checks=csrf)


def _send(client: Client, row: Row, url: str, **more: Any) -> HttpResponse:
    response = _sent(client, row, url, **more)
    if response.streaming:
        response.getvalue()  # read to its end, so that the file is closed
    return response


def _sent(client: Client, row: Row, url: str, **more: Any) -> HttpResponse:
    send = getattr(client, row.method.lower())
    if row.method == "GET":
        return send(url, **more)
    if row.name.startswith("api:") and row.body is not None:
        return send(url, row.body, content_type="application/json", **more)
    return send(url, row.body or {}, **more) if row.method == "POST" else send(url, **more)


def _outcome(response: HttpResponse) -> str:
    status = response.status_code
    if status == 401 or (status == 302 and response["Location"].startswith("/sign-in/")):
        return SIGN_IN
    if status in (403, 404):
        return FORBIDDEN if status == 403 else MISSING
    return IN if status < 400 or status in TOLD_WHY else f"status {status}"


def _check_ground_rules(row: Row, response: HttpResponse) -> None:
    policy = response["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "unsafe" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    if row.name.startswith("api:"):
        assert not response.get("Content-Type", "").startswith("text/html")
        if _outcome(response) != IN:
            assert set(response.json()) == {"error"}, "a refusal tells nothing but the error"


def test_every_address_has_a_row() -> None:
    missing = sorted(set(_patterns(get_resolver())) - set(BY_NAME))
    assert not missing, "write rows for these in tests/routes/<room>.py"


def test_no_row_is_left_of_an_address_that_is_gone() -> None:
    assert not sorted(set(BY_NAME) - set(_patterns(get_resolver())))


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_must_hold(world: World, row: Row) -> None:
    """One test an address: making its subject costs more than asking."""
    parts = row.args(world)
    asked = Asked(row, world, parts, _url(row, world, parts))
    for check in _checks(row):
        with transaction.atomic():
            check(asked)
            transaction.set_rollback(True)


def _checks(row: Row) -> Iterator[Check]:
    yield who_gets_in
    if row is BY_NAME[row.name][0]:
        yield methods_without_a_row_are_refused
    if row.method != "GET":
        yield a_write_by_session_needs_a_csrf_token
    if row.name.startswith("api:"):
        yield unknown_query_names_are_refused if row.method == "GET" else a_reading_token_writes_not
    if row.access["stranger"] == MISSING:
        yield an_id_of_another_project_is_not_found


def who_gets_in(asked: Asked) -> None:
    found = {}
    for name, person in asked.world.people.items():
        with transaction.atomic():
            response = _send(_client(person), asked.row, asked.url)
            transaction.set_rollback(True)
        found[name] = _outcome(response)
        _check_ground_rules(asked.row, response)
    assert found == dict(asked.row.access)


def methods_without_a_row_are_refused(asked: Asked) -> None:
    client, known = asked.client("administrator"), {r.method for r in BY_NAME[asked.row.name]}
    others = [method for method in METHODS if method not in known]
    wrong = [method for method in others if client.generic(method, asked.url).status_code != 405]
    assert not wrong, "these methods answer, but have no row"


def a_write_by_session_needs_a_csrf_token(asked: Asked) -> None:
    client = asked.client("administrator", csrf=True)
    assert _send(client, asked.row, asked.url).status_code == 403


def a_reading_token_writes_not(asked: Asked) -> None:
    _, secret = create_token(user=asked.person("curator"), name="laptop", scope="read", days=7)
    headers = {"Authorization": f"Token {secret}"}
    assert _send(Client(), asked.row, asked.url, headers=headers).status_code == 403


def unknown_query_names_are_refused(asked: Asked) -> None:
    insider = next(name for name in reversed(PEOPLE) if asked.row.access[name] == IN)
    client = asked.client(insider)
    for name in ("owner__password__startswith", "user__api_tokens__secret_hash", "order_by"):
        response = client.get(f"{asked.url.partition('?')[0]}?{name}=a")
        assert (response.status_code, response.json()["error"]["field"]) == (400, name)


def an_id_of_another_project_is_not_found(asked: Asked) -> None:
    world = asked.world
    if asked.parts.keys() <= WORDS_OF_OURS or world.project.slug not in asked.url:
        return  # the address has no id beside the project's
    make_member(world.other_project, asked.person("administrator"), *tests.routes.ROLES)
    slug = world.other_project.slug
    ours = reverse(asked.row.name, kwargs={"slug": slug, **asked.parts})
    assert _send(asked.client("stranger"), asked.row, ours).status_code == 404
