"""An id of another project, in an address, is answered exactly as one that does not exist.

Who asks has every role in a project of their own, so that roles do not stop them before the id.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.http import HttpResponse
from django.urls import get_resolver, reverse

from accounts.models import User
from tests.people import signed_in
from tests.routes import Row, World
from tests.security.asking import sent, undone
from tests.security.asking import world as world
from tests.test_routes import ROWS, _sent

pytestmark = pytest.mark.django_db
MISSING_ID, MISSING_UUID = 987_654_321, uuid4()
# The number that was asked for, where the words repeat it.
SAME = re.compile(r"\d+|[0-9a-f]{8}-[0-9a-f-]{27}")


def addresses(row: Row, parts: Mapping[str, Any], slug: str) -> tuple[str, str]:
    """The foreign thing and a missing one, both asked for in the asker's own project."""
    missing = {name: absent(value) for name, value in parts.items()}
    more = {"slug": slug} if "slug" in parts_of(row) else {}
    return reverse(row.name, kwargs={**more, **parts}), reverse(
        row.name, kwargs={**more, **missing}
    )


def absent(value: Any) -> Any:
    """A value of the same kind that nothing has; words, such as a role, stay."""
    kinds = {int: MISSING_ID, UUID: MISSING_UUID}
    return kinds.get(type(value), value)


def parts_of(row: Row) -> set[str]:
    space, _, name = row.name.rpartition(":")
    resolver = get_resolver()
    if space:
        resolver = resolver.namespace_dict[space][1]
    return {name for entry in resolver.reverse_dict.getlist(name) for name in entry[0][0][1]}


def told(response: HttpResponse) -> tuple[int, str]:
    """What an asker learns, without the number they gave."""
    return response.status_code, SAME.sub("N", response.body.decode("latin-1"))  # type: ignore[attr-defined]


def test_an_id_of_another_project_is_as_good_as_missing(world: World, cleo: User) -> None:
    client = signed_in(cleo)
    client.defaults["HTTP_ACCEPT"] = "application/json"
    asked, different = 0, []
    for row in ROWS:
        with undone():
            parts = row.args(world)
            if not {int, UUID} & {type(value) for value in parts.values()}:
                continue
            foreign, missing = addresses(row, parts, world.other_project.slug)
            answers = [told(sent(_sent, client, row, url)) for url in (foreign, missing)]
            asked += 1
            if answers[0] != answers[1] or answers[0][0] != 404:
                different.append((str(row), *answers))
    assert asked > 40 and not different, "\n".join(map(str, different))
