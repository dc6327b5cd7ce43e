"""Writes by session behind a proxy that ends TLS: with the page's token they work, so that nobody
needs to switch the check off; without it, or from elsewhere, they do not.

That every write of the table refuses a request without a token stands in ``tests/test_routes.py``.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from accounts.models import Project, User
from tests.accounts.test_csrf import PROXIED
from tests.accounts.test_csrf import behind_proxy as behind_proxy
from tests.annotation.build import make_campaign
from tests.catalog.pictures import jpeg
from tests.people import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("behind_proxy")]
HERE, ELSEWHERE = "https://photos.example.org", "https://photos.example.org.evil.example"
UPLOAD = "/p/lighthouse/photos/imports/files/"


def session_of(person: User) -> Client:
    client = signed_in(person, csrf=True)
    client.defaults.update({f"HTTP_{k.upper().replace('-', '_')}": v for k, v in PROXIED.items()})
    return client


def token_of(client: Client, page: str) -> str:
    """As the page's scripts read it."""
    found = re.search(r'name="csrf-token" content="(\w+)"', client.get(page).content.decode())
    assert found
    return found[1]


def send(client: Client, url: str, token: str, origin: str, **more: Any) -> HttpResponse:
    response: HttpResponse = client.post(
        url, headers={"X-CSRFToken": token, "Origin": origin, "Accept": "application/json"}, **more
    )
    return response


def a_photo() -> dict[str, Any]:
    return {"data": {"file": SimpleUploadedFile("pier.jpg", jpeg(1))}}


def test_an_upload_needs_token_and_origin(project: Project, kim: User) -> None:
    client = session_of(kim)
    token = token_of(client, "/p/lighthouse/photos/imports/")
    assert send(client, UPLOAD, token, HERE, **a_photo()).status_code == 201
    for wrong in ({"token": "", "origin": HERE}, {"token": token, "origin": ELSEWHERE}):
        refused = send(client, UPLOAD, **wrong, **a_photo())
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "csrf")


def test_a_claim_needs_token_and_origin(project: Project, ben: User) -> None:
    campaign = make_campaign(project)
    client, url = session_of(ben), f"/api/v1/work/{campaign.pk}/claim/"
    token, kind = token_of(client, f"/work/{campaign.pk}/"), {"content_type": "application/json"}
    assert send(client, url, token, ELSEWHERE, data={}, **kind).status_code == 403
    assert send(client, url, "", HERE, data={}, **kind).status_code == 403
    assert "item" in send(client, url, token, HERE, data={}, **kind).json()
