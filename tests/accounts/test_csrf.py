"""Writes by session need a token of this site, also behind a proxy that ends TLS."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from tests.make import PASSWORD, make_user

pytestmark = pytest.mark.django_db
PROXIED = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "photos.example.org"}


@pytest.fixture
def behind_proxy(settings: object) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.USE_X_FORWARDED_HOST = True
    settings.ALLOWED_HOSTS = ["photos.example.org"]


def sign_in(client: Client, person: User, origin: str) -> int:
    page = client.get("/sign-in/")
    token = page.context["csrf_token"]
    form = {"username": person.email, "password": PASSWORD, "csrfmiddlewaretoken": str(token)}
    return client.post("/sign-in/", form, headers={"Origin": origin}).status_code


def test_signing_in_works_behind_a_proxy(behind_proxy: None) -> None:
    client = Client(enforce_csrf_checks=True, headers=PROXIED)
    assert (
        sign_in(client, make_user("Nora", password=PASSWORD), "https://photos.example.org") == 302
    )


@pytest.mark.parametrize("origin", ["https://evil.example", "http://photos.example.org", "null"])
def test_a_form_of_another_site_is_refused(behind_proxy: None, origin: str) -> None:
    client = Client(enforce_csrf_checks=True, headers=PROXIED)
    assert sign_in(client, make_user("Nora", password=PASSWORD), origin) == 403


def test_without_a_token_nobody_signs_in(client: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    form = {"username": make_user("Nora", password=PASSWORD).email, "password": PASSWORD}
    assert strict.post("/sign-in/", form).status_code == 403
