"""The API about people and projects: what the route table does not say."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Project, User
from accounts.roles import roles_of
from accounts.services.tokens import create_token
from tests.make import make_project
from tests.people import signed_in

pytestmark = pytest.mark.django_db
JSON = {"content_type": "application/json"}


def test_me_says_what_i_am_where(ada: User) -> None:
    me = signed_in(ada).get("/api/v1/me/").json()
    assert me["projects"] == [{"slug": "lighthouse", "name": "Lighthouse", "roles": ["lead"]}]


def test_a_project_says_what_i_may(project: Project, ben: User) -> None:
    assert signed_in(ben).get("/api/v1/projects/lighthouse/").json()["rights"] == ["annotate"]


def test_lists_are_paged_by_cursor(max_admin: User) -> None:
    for _ in range(5):
        make_project()
    client = signed_in(max_admin)
    first = client.get("/api/v1/projects/?limit=3").json()
    second = client.get(first["next"]).json()
    assert [len(first["results"]), len(second["results"])] == [3, 2]
    assert second["next"] is None


@pytest.mark.parametrize(
    "extra", ["is_administrator", "id", "created_at", "is_demo", "settings", "memberships"]
)
def test_fields_that_are_not_ours_to_set_are_refused(max_admin: User, extra: str) -> None:
    body: dict[str, Any] = {"slug": "dunes", "name": "Dunes", extra: True}
    response = signed_in(max_admin).post("/api/v1/projects/", body, **JSON)
    assert (response.status_code, response.json()["error"]["field"]) == (400, extra)
    assert not Project.objects.exists()


def test_only_what_is_given_changes(project: Project, kim: User) -> None:
    place = "/api/v1/projects/lighthouse/"
    signed_in(kim).patch(place, {"description": "Two summers."}, **JSON)
    project.refresh_from_db()
    assert (project.name, project.description) == ("Lighthouse", "Two summers.")


def test_an_invitations_link_is_given_once(project: Project, kim: User) -> None:
    client, place = signed_in(kim), "/api/v1/projects/lighthouse/invitations/"
    body = {"email": "a@b.org", "roles": ["expert"]}
    made = client.post(place, body, **JSON).json()
    assert "/join/" in made["link"]
    assert "link" not in client.get(place).json()["results"][0]


def test_roles_by_the_api(project: Project, kim: User, ben: User) -> None:
    client, place = signed_in(kim), f"/api/v1/projects/lighthouse/people/{ben.pk}/roles/"
    assert client.post(place, {"role": "lead"}, **JSON).json()["roles"] == ["expert", "lead"]
    assert client.delete(place + "expert/").status_code == 204
    assert client.delete(place + "owner/").status_code == 400
    assert roles_of(ben, project) == {"lead"}


def test_a_token_makes_no_token(ada: User) -> None:
    _, secret = create_token(user=ada, name="laptop", scope="write", days=7)
    client = Client(headers={"Authorization": f"Token {secret}"})
    body = {"name": "more", "scope": "write", "days": 7}
    assert client.post("/api/v1/me/tokens/", body, **JSON).status_code == 403
    assert ada.api_tokens.count() == 1


def test_a_token_needs_no_csrf_token(max_admin: User) -> None:
    _, secret = create_token(user=max_admin, name="laptop", scope="write", days=7)
    client = Client(headers={"Authorization": f"Token {secret}"}, enforce_csrf_checks=True)
    body = {"slug": "dunes", "name": "Dunes"}
    assert client.post("/api/v1/projects/", body, **JSON).status_code == 201


def test_broken_json_gets_a_sentence(max_admin: User) -> None:
    response = signed_in(max_admin).post("/api/v1/projects/", "{", **JSON)
    assert (response.status_code, response.json()["error"]["code"]) == (400, "parse_error")


def test_an_unknown_address_of_the_api_answers_json(ada: User) -> None:
    response = signed_in(ada).get("/api/v1/nothing/")
    assert (response.status_code, response.json()["error"]["code"]) == (404, "not_found")


def test_a_very_long_number_is_just_not_there(project: Project, kim: User) -> None:
    client = signed_in(kim)
    assert client.get(f"/api/v1/projects/lighthouse/people/{10**30}/").status_code == 404
    found = client.get(f"/api/v1/projects/lighthouse/audit/?person={10**30}")
    assert found.json()["results"] == []
