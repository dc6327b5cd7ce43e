"""No query reaches a column that its page does not offer, by whatever name or value it is asked for.

The paths tried are those that exist: from every row to the password of a person it belongs to.
That unknown names get 400 from the API stands in ``tests/test_routes.py``.
"""

from __future__ import annotations

import random
import re
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tests.routes import World
from tests.security.asking import QUERIES, ClientFor, sent, undone
from tests.security.asking import client_for as client_for
from tests.security.asking import world as world
from tests.security.haunting import ROOMS
from tests.security.test_strange_input import asked as asked
from tests.security.test_strange_input import names_asked
from tests.test_routes import _url

pytestmark = pytest.mark.django_db
REACHED = re.compile(
    r'(accounts_user"."password|accounts_apitoken"."secret_hash)"(::text\)?)?\)?'
    r"\s*(=|<|>|LIKE|IN|ASC|DESC|~|IS)"
)
ENDS = ("password", "password__startswith", "api_tokens__secret_hash", "email__contains")


def paths() -> list[str]:
    """Names of relations that lead to a person, over one step or two."""
    models = [model for model in apps.get_models() if model._meta.app_label in ROOMS]
    links = [
        (f.name, f.related_model) for m in models for f in m._meta.get_fields() if f.is_relation
    ]
    direct = {name for name, to in links if to is User}
    return sorted(direct | {f"{name}__{last}" for name, _ in links for last in direct})


def reached(client: Client, url: str, query: dict[str, str]) -> list[str]:
    """What the database was asked that it should not have been."""
    with CaptureQueriesContext(connection) as said:
        response = sent(client.get, url.partition("?")[0], query)
    assert response.status_code < 500, (url, query)
    return [each["sql"] for each in said.captured_queries if REACHED.search(each["sql"])]


def test_no_page_filters_or_sorts_by_what_it_does_not_offer(
    world: World, client_for: ClientFor, asked: set[str]
) -> None:
    draw, known, found = random.Random(5), paths(), []
    assert len(known) > 50
    for row in QUERIES:
        with undone():
            client, url = client_for(row), _url(row, world)
            names = names_asked(row, url, client, asked)
            queries: list[Any] = [{f"{draw.choice(known)}__{end}": "a"} for end in ENDS]
            queries += [{name: f"-{draw.choice(known)}__password"} for name in names]
            queries += [
                {name: f"{draw.choice(('user', 'by', 'owner'))}__password" for name in names}
            ]
            for query in queries:
                found += [(str(row), query, sql[:300]) for sql in reached(client, url, query)]
    assert not found, found


def test_a_filter_on_passwords_would_be_noticed(world: World) -> None:
    with CaptureQueriesContext(connection) as said:
        list(User.objects.filter(password__startswith="a"))
        list(User.objects.order_by("password"))
    assert all(REACHED.search(each["sql"]) for each in said.captured_queries)
