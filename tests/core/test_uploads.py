"""What is too large is refused before a byte of it is read, for whoever sends it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import Project, User
from tests.people import signed_in

pytestmark = pytest.mark.django_db
FILES = "/p/lighthouse/photos/imports/files/"
KB = 1024


class Unread(BytesIO):
    """A body of which nothing may be read."""

    def read(self, *args: Any) -> bytes:
        raise AssertionError("the body was read")

    readline = read


@pytest.fixture(autouse=True)
def limits(settings: Settings, project: Project) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * KB
    settings.MAX_UPLOAD_BYTES = 2000 * KB
    settings.MAX_ARCHIVE_BYTES = 4000 * KB


def announce(
    client: Client, url: str, size: int, kind: str = "multipart/form-data"
) -> HttpResponse:
    """A request that says it will send this much, and is never listened to."""
    told = {"CONTENT_LENGTH": size, "wsgi.input": Unread(), "CONTENT_TYPE": f"{kind}; boundary=x"}
    return client.post(url, **told)


def test_nobody_unknown_sends_files(client: Client) -> None:
    for url in (FILES, "/sign-in/"):
        response = announce(client, url, 11 * KB)
        assert response.status_code == 413
        assert "Nothing was stored" in response.content.decode()


def test_a_page_takes_files_up_to_its_limit(kim: User) -> None:
    client = signed_in(kim, csrf=True)
    assert announce(client, FILES, 6000 * KB).status_code == 413
    assert announce(client, "/p/lighthouse/photos/comments/", 3500 * KB).status_code == 413


def test_a_form_and_json_are_small(kim: User) -> None:
    client = signed_in(kim)
    form = announce(client, "/account/name/", 11 * KB, "application/x-www-form-urlencoded")
    json = announce(client, "/api/v1/projects/lighthouse/crops/", 11 * KB, "application/json")
    assert form.status_code == json.status_code == 413
    assert json.json()["error"]["code"] == "too_large"


def test_the_api_asks_who_it_is_first(client: Client) -> None:
    url = "/api/v1/projects/lighthouse/imports/archive/"
    assert announce(client, url, 3500 * KB).status_code == 401
    assert announce(client, url, 6000 * KB).status_code == 413


def test_what_fits_is_taken(kim: User) -> None:
    photo = SimpleUploadedFile("pier.jpg", b"x" * 1500 * KB)
    response = signed_in(kim).post(FILES, {"file": photo})
    assert response.status_code == 201, response.content
