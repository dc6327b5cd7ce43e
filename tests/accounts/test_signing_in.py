"""Signing in and out."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from core.models import AuditEntry
from tests.make import PASSWORD, make_user
from tests.people import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def nora(db: None) -> User:
    return make_user("Nora", password=PASSWORD)


def sign_in(client: Client, email: str, password: str, **more: str) -> int:
    form = {"username": email, "password": password, **more}
    return client.post("/sign-in/", form).status_code


def test_case_and_blanks_of_the_address_do_not_matter(nora: User, client: Client) -> None:
    assert sign_in(client, " Nora@Example.org", PASSWORD) == 302
    assert client.get("/").status_code == 200
    assert AuditEntry.objects.filter(actor=nora, verb="person.sign_in").exists()


def test_a_wrong_password_is_refused(nora: User, client: Client) -> None:
    response = client.post("/sign-in/", {"username": nora.email, "password": "wrong"})
    assert b"do not belong together" in response.content
    assert client.get("/").status_code == 302


def test_an_inactive_person_is_refused(nora: User, client: Client) -> None:
    User.objects.update(is_active=False)
    sign_in(client, nora.email, PASSWORD)
    assert client.get("/").status_code == 302


def test_one_goes_on_to_where_one_wanted(nora: User, client: Client) -> None:
    sent = client.get("/account/?x=1")
    assert sent["Location"] == "/sign-in/?next=/account/%3Fx%3D1"
    form = {"username": nora.email, "password": PASSWORD, "next": "/account/?x=1"}
    assert client.post("/sign-in/", form)["Location"] == "/account/?x=1"


@pytest.mark.parametrize(
    "place", ["//evil.example", "https://evil.example/", "javascript:alert(1)"]
)
def test_one_never_goes_on_to_another_site(nora: User, client: Client, place: str) -> None:
    form = {"username": nora.email, "password": PASSWORD, "next": place}
    assert client.post("/sign-in/", form)["Location"] == "/"


def test_the_session_gets_a_new_key(nora: User, client: Client) -> None:
    session = client.session
    session["seen"] = "before"
    session.save()
    before = client.session.session_key
    sign_in(client, nora.email, PASSWORD)
    assert client.session.session_key != before


def test_ten_wrong_passwords_lock_the_pair_in_any_case(nora: User, client: Client) -> None:
    spellings = [nora.email, nora.email.upper()] * 5
    codes = [sign_in(client, email, "wrong") for email in spellings]
    assert codes[-1] == 429
    assert sign_in(client, nora.email, PASSWORD) == 429


def test_another_person_is_not_locked(nora: User, client: Client) -> None:
    for _ in range(10):
        sign_in(client, nora.email, "wrong")
    other = make_user("Olaf", password=PASSWORD)
    assert sign_in(client, other.email, PASSWORD) == 302


def test_signing_out_ends_the_session(nora: User) -> None:
    client = signed_in(nora)
    key = client.session.session_key
    client.post("/sign-out/")
    assert client.get("/").status_code == 302
    client.cookies["sessionid"] = key
    assert client.get("/").status_code == 302


def test_the_api_has_no_password_door(nora: User, client: Client) -> None:
    import base64

    basic = base64.b64encode(f"{nora.email}:{PASSWORD}".encode()).decode()
    response = client.get("/api/v1/me/", headers={"Authorization": f"Basic {basic}"})
    assert response.status_code == 401


def test_a_fragment_of_a_signed_out_person_moves_the_whole_page(client: Client) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/account/?a=1"}
    response = client.get("/account/", headers=headers)
    assert response["HX-Redirect"] == "/sign-in/?next=/account/%3Fa%3D1"


def test_pages_are_not_kept_by_shared_caches(nora: User) -> None:
    assert signed_in(nora).get("/")["Cache-Control"] == "private, no-cache"


def test_there_is_no_registration(client: Client) -> None:
    for place in ("/sign-up/", "/register/", "/join/", "/accounts/signup/"):
        assert client.get(place).status_code == 404
