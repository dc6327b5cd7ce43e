"""Where an error becomes an answer."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from accounts.models import User
from core.errors import InvalidInput
from core.web.problems import answer, server_error
from tests.people import signed_in

ERROR = InvalidInput(
    "The box leaves the\nphoto: 1.2 > 1 … see the guidelines.", field="box", line=3
)


def asked(path: str = "/p/x/", **headers: str) -> HttpRequest:
    return RequestFactory().get(path, headers=headers)


@pytest.mark.parametrize(
    "request_", [asked("/api/v1/x/"), asked(Accept="application/json")], ids=["api", "script"]
)
def test_programs_get_json(request_: HttpRequest) -> None:
    response = answer(request_, ERROR)
    assert (response.status_code, response["Content-Type"]) == (400, "application/json")
    assert b'"line": 3' in response.content and b'"field": "box"' in response.content


def test_a_fragment_gets_a_banner_and_a_header_of_one_line() -> None:
    response = answer(asked(**{"HX-Request": "true"}), ERROR)
    assert b"<html" not in response.content
    assert (
        response["X-Problem"] == "Line 3: The box leaves the photo: 1.2 > 1 ? see the guidelines."
    )


def test_a_person_gets_a_page_with_the_words_escaped() -> None:
    response = answer(asked(), InvalidInput("<b>no</b>"))
    assert b"&lt;b&gt;no" in response.content and b"<html" in response.content


def test_a_failure_of_ours_needs_no_database_and_tells_nothing() -> None:
    for response in (server_error(asked()), server_error(asked("/api/v1/x/"))):
        assert response.status_code == 500 and b"Traceback" not in response.content


@pytest.mark.django_db
def test_a_stale_csrf_token_is_named_for_scripts(ada: User) -> None:
    client = signed_in(ada, csrf=True)
    response = client.post("/account/name/", {"name": "A"}, headers={"Accept": "application/json"})
    assert (response.status_code, response.json()["error"]["code"]) == (403, "csrf")


@pytest.mark.django_db
def test_an_unknown_page_is_a_page(client: Client) -> None:
    response: HttpResponse = client.get("/nothing-here/")
    assert response.status_code == 404 and b"<html" in response.content
