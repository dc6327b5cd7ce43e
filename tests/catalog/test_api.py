"""The API of the catalog."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import Project, User
from catalog.models import Crop, Photo, PhotoImport, RawComment
from core.models import Job
from tests.catalog.imports import imported, imported_photo, run
from tests.catalog.pictures import jpeg
from tests.catalog.test_archives import million_entries, zipped
from tests.make import make_photo
from tests.people import signed_in

pytestmark = pytest.mark.django_db
BASE = "/api/v1/projects/lighthouse"


@pytest.fixture
def client(project: Project, kim: User) -> Client:
    """The curator's."""
    return signed_in(kim)


def send_json(client: Client, method: str, path: str, body: dict[str, Any]) -> Any:
    return getattr(client, method)(f"{BASE}{path}", body, content_type="application/json")


def file_of(name: str, content: bytes) -> dict[str, SimpleUploadedFile]:
    return {"file": SimpleUploadedFile(name, content)}


def test_photos_are_listed_with_their_renditions(
    project: Project,
    kim: User,
    client: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    imported(project, kim, {f"{n}.jpg": jpeg(n) for n in range(4)})
    with django_assert_max_num_queries(7):
        page = client.get(f"{BASE}/photos/?limit=3").json()
    assert [row["title"] for row in page["results"]] == ["3", "2", "1"]
    picture = client.get(page["results"][0]["renditions"][0]["url"])
    assert picture["Content-Type"] == "image/jpeg" and picture.getvalue()[:2] == b"\xff\xd8"
    assert [row["title"] for row in client.get(page["next"]).json()["results"]] == ["0"]


def test_filters_are_those_of_the_gallery(project: Project, client: Client) -> None:
    make_photo(project, title="Pier", licence="CC0")
    make_photo(project, title="Quay")
    assert len(client.get(f"{BASE}/photos/?licence=CC0&q=pie").json()["results"]) == 1
    assert client.get(f"{BASE}/photos/?alike=banana").status_code == 400


def test_a_credit_is_changed_and_nothing_else(project: Project, client: Client) -> None:
    photo = make_photo(project)
    changed = send_json(
        client, "patch", f"/photos/{photo.pk}/", {"author": "Jo\x07\u202e", "source": ""}
    )
    assert changed.json()["author"] == "Jo"
    for field in ("project", "content_hash", "width", "original", "state", "id"):
        refused = send_json(client, "patch", f"/photos/{photo.pk}/", {field: 1})
        assert refused.status_code == 400 and refused.json()["error"]["field"] == field


def test_a_photo_comes_in_file_by_file(project: Project, client: Client) -> None:
    opened = send_json(client, "post", "/imports/", {"title": "Autumn", "author": "Ansel"}).json()
    path = f"{BASE}/imports/{opened['id']}"
    assert client.post(f"{path}/files/", file_of("a.jpg", jpeg(1))).json()["state"] == "waiting"
    client.post(f"{path}/files/", file_of("b.jpg", b"no"))
    assert client.post(f"{path}/close/").status_code == 202
    run(Job.objects.get())
    found = client.get(f"{path}/").json()
    assert (found["taken"], found["refused"], found["job"]["state"]) == (1, 1, "succeeded")
    (refused,) = client.get(f"{path}/files/?state=refused").json()["results"]
    assert refused["name"] == "b.jpg" and "not a photo" in refused["reason"]
    late = client.post(f"{path}/files/", file_of("c.jpg", jpeg(3)))
    assert late.status_code == 409 and "closed already" in late.json()["error"]["message"]


def test_an_archive_and_its_bombs(project: Project, client: Client) -> None:
    good = client.post(
        f"{BASE}/imports/archive/", {**file_of("a.zip", zipped({"a.jpg": jpeg(1)})), "author": "Jo"}
    )
    assert good.status_code == 202 and good.json()["job"]["state"] == "queued"
    bomb = client.post(f"{BASE}/imports/archive/", file_of("a.zip", million_entries()))
    assert bomb.status_code == 413 and bomb.json()["error"]["code"] == "too_many_entries"
    assert PhotoImport.objects.count() == 1


def test_a_folder_needs_a_root(project: Project, client: Client) -> None:
    refused = send_json(client, "post", "/imports/folder/", {"folder": "/etc"})
    assert refused.status_code == 403 and refused.json()["error"]["field"] == "folder"


def test_a_broken_line_of_comments_is_named(project: Project, client: Client) -> None:
    make_photo(project, title="Pier")
    table = b"photo,text\nPier,One\nPier\nQuay,Two\n"
    error = client.post(f"{BASE}/comments/", file_of("c.csv", table)).json()["error"]
    assert (error["line"], error["field"]) == (3, "file")
    assert [each["line"] for each in error["detail"]["lines"]] == [3, 4]
    assert not RawComment.objects.exists()
    right = client.post(f"{BASE}/comments/", file_of("c.csv", b"photo,text\nPier,One\n"))
    assert right.json() == {"added": 1, "known": 0}
    assert client.get(f"{BASE}/comments/").json()["results"][0]["text"] == "One"


def test_a_crop_is_added_once(project: Project, client: Client) -> None:
    body = {"photo": make_photo(project).pk, "box": [0.1, 0.1, 0.9, 0.9], "label": "good"}
    first, again = (send_json(client, "post", "/crops/", body) for _ in range(2))
    assert first.status_code == 201 and first.json() == again.json()
    assert first.json()["box"] == [0.1, 0.1, 0.9, 0.9]
    assert len(client.get(f"{BASE}/crops/?label=good").json()["results"]) == 1


WRONG = {
    "outside": ([0.1, 0.1, 1.2, 0.9], "outside the photo"),
    "turned": ([0.9, 0.1, 0.1, 0.9], "wrong order"),
    "flat": ([0.1, 0.1, 0.1, 0.9], "no area"),
    "three": ([0.1, 0.1, 0.9], "box"),
    "words": (["a", 0, 1, 1], "box"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_box_that_is_none_is_refused(project: Project, client: Client, case: str) -> None:
    box, words = WRONG[case]
    refused = send_json(client, "post", "/crops/", {"photo": make_photo(project).pk, "box": box})
    assert refused.status_code == 400 and words in refused.json()["error"]["message"]
    assert not Crop.objects.exists()


def test_nobody_claims_a_crop_for_a_model(project: Project, client: Client) -> None:
    body = {"photo": make_photo(project).pk, "box": [0, 0, 0.5, 0.5], "origin": "model"}
    assert send_json(client, "post", "/crops/", body).status_code == 400


def test_a_crop_on_another_projects_photo_is_not_found(
    project: Project, other_project: Project, client: Client
) -> None:
    body = {"photo": make_photo(other_project).pk, "box": [0, 0, 0.5, 0.5]}
    assert send_json(client, "post", "/crops/", body).status_code == 404


def test_regrouping_is_a_job(project: Project, kim: User, client: Client) -> None:
    imported_photo(project, kim)
    job = client.post(f"{BASE}/photos/regroup/").json()
    assert run(Job.objects.get(pk=job["id"])).result == {"photos": 1, "moved": 0}
    assert Photo.objects.count() == 1
