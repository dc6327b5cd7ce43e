"""The OpenAPI schema of the whole API, and the pages that show it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from core.web.api_reading import rooms
from tests.people import signed_in


def test_it_is_valid_and_nothing_is_guessed(tmp_path: Path) -> None:
    place = tmp_path / "schema.yml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(place))
    assert "/api/v1/projects/{slug}/audit/" in place.read_text()


def test_every_operation_has_words_and_a_call_to_copy() -> None:
    operations = [operation for room in rooms("http://x") for operation in room.operations]
    assert [each.name for each in operations if not each.words] == []
    assert all("Token rf_" in each.curl for each in operations)


def test_every_operation_may_answer_with_the_one_shape_of_errors() -> None:
    from drf_spectacular.generators import SchemaGenerator

    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    answers = [each["responses"] for one in paths.values() for each in one.values()]
    assert all("default" in each for each in answers)


def test_a_body_is_read_into_fields_and_an_example() -> None:
    found = {each.name: each for room in rooms("http://x") for each in room.operations}
    made = found["projects_invitations_create"]
    assert {field.name: field.is_required for field in made.body} == {"email": True, "roles": True}
    assert '"roles": ["expert"]' in made.curl
    assert [field.name for field in made.answer] == ["invitation", "link", "was_mailed"]
    assert found["audit_list"].answer_is_list


@pytest.mark.django_db
def test_the_page_shows_every_operation(ada: User) -> None:
    page = signed_in(ada).get("/api/docs/").content.decode()
    names = [
        operation.name for room in rooms("http://127.0.0.1:8000") for operation in room.operations
    ]
    assert [name for name in names if f'id="{name}"' not in page] == []


@pytest.mark.django_db
def test_strangers_read_neither(client: Client) -> None:
    assert client.get("/api/schema/").status_code == 401
    assert client.get("/api/docs/").status_code == 302
