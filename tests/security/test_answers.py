"""What every answer carries: the content policy in force, a type no browser guesses at, no formulas."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.models import Project, User
from tests.people import signed_in
from tests.routes import World
from tests.security.asking import QUERIES, ClientFor, sent, undone
from tests.security.asking import client_for as client_for
from tests.security.asking import world as world
from tests.security.haunting import addresses, attack_every_word
from tests.test_routes import API_ROWS, _url

pytestmark = pytest.mark.django_db
POLICY = {
    "default-src 'self'", "script-src 'self'", "style-src 'self'", "img-src 'self' data: blob:",
    "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'",
}  # fmt: skip
# Our own pages may frame this one, nobody else's.
FRAMED = {"annotation:preview-frame"}
SANDBOX = {"default-src 'self'", "sandbox"}
NUMBER = re.compile(r"-\d+(\.\d+)?(e-\d+)?")  # below nought, and no formula
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def faults_of(response: HttpResponse, name: str = "") -> list[str]:
    """What is missing in the headers of an answer."""
    if name in FRAMED:
        policy = response["Content-Security-Policy"].replace("ancestors 'self'", "ancestors 'none'")
        response["Content-Security-Policy"] = policy
        response["X-Frame-Options"] = response["X-Frame-Options"].replace("SAMEORIGIN", "DENY")
    policy = {part.strip() for part in response["Content-Security-Policy"].split(";")}
    is_page = "text/html" in response.get("Content-Type", "")
    is_known = policy == POLICY or (policy == SANDBOX and not is_page)
    faults = [] if is_known else [f"policy {policy}"]
    if "Content-Security-Policy-Report-Only" in response:
        faults.append("a policy that only reports")
    wanted = {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY"}
    return faults + [name for name, value in wanted.items() if response.get(name) != value]


def test_every_answer_has_the_policy(world: World, client_for: ClientFor) -> None:
    faults: list[Any] = []
    for row in QUERIES:
        with undone():
            url = _url(row, world)
            for client in (client_for(row), Client()):
                faults += [
                    (str(row), fault) for fault in faults_of(sent(client.get, url), row.name)
                ]
    assert not faults, faults


def test_so_have_errors(
    project: Project, kim: User, monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    def fail(*args: Any, **more: Any) -> None:
        raise RuntimeError("the words of a bug")

    monkeypatch.setattr("accounts.views.audit.render", fail)
    session, strict = signed_in(kim), signed_in(kim, csrf=True)
    session.raise_request_exception = False
    answers = {
        400: session.get("/p/lighthouse/photos/imports/?before=x"),
        403: strict.post("/account/name/", {"name": "Kim"}),
        404: session.get("/nothing/"),
        405: session.get("/account/name/"),
        413: session.post("/account/name/", CONTENT_LENGTH=10**9),
        500: session.get("/p/lighthouse/audit/"),
        302: client.get("/p/lighthouse/"),
    }
    assert {code: each.status_code for code, each in answers.items()} == {c: c for c in answers}
    assert [fault for each in answers.values() for fault in faults_of(each)] == []
    assert b"words of a bug" not in answers[500].content


def test_the_api_never_speaks_html(world: World, client_for: ClientFor) -> None:
    faults = []
    for row in API_ROWS:
        with undone():
            url, client = _url(row, world), client_for(row)
            asked = [{"headers": {"Accept": "text/html,*/*;q=0.1"}}, {}]
            for more, query in zip(asked, ("", "?format=api"), strict=True):
                response = sent(getattr(client, row.method.lower()), url + query, **more)
                if response.get("Content-Type", "").startswith("text/html"):
                    faults.append(str(row))
    assert not faults, faults


def test_what_is_static_is_not_guessed_at(client: Client) -> None:
    response = sent(client.get, "/static/js/page.js")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"].startswith("text/javascript")


def test_no_table_carries_a_formula(world: World, client_for: ClientFor) -> None:
    places = addresses(world)
    attack_every_word("=1+cmd|'/C calc'!A0")
    cells: list[str] = []
    for row, url in places:
        response = sent(client_for(row).get, url)
        if response.get("Content-Type", "").startswith("text/csv"):
            lines = csv.reader(io.StringIO(response.body.decode()))  # type: ignore[attr-defined]
            cells += [cell for line in lines for cell in line]
    assert any("cmd|" in cell for cell in cells)
    begun = [cell for cell in cells if cell.startswith(FORMULA)]
    assert [cell for cell in begun if not NUMBER.fullmatch(cell)] == []
