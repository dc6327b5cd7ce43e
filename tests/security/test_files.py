"""Files go out through the site alone, one at a time, after asking who it is; no link opens one."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Project, User
from catalog.models import Photo
from catalog.selectors.pixels import open_upright, rendition_bytes
from core.errors import NotFound
from curation.models import DatasetVersion
from tests.catalog.imports import imported_photo
from tests.curation.build import exported
from tests.curation.test_exporting import version as version
from tests.people import signed_in
from tests.security.test_sources import found
from tests.test_architecture import sources

pytestmark = pytest.mark.django_db


def test_nothing_hands_out_a_link_to_a_file() -> None:
    assert found(r"storage\.url\(|presign", sources()) == []


@pytest.mark.parametrize("change", ["removed", "disabled", "signed out"])
def test_a_file_is_asked_for_anew_each_time(project: Project, kim: User, change: str) -> None:
    photo = imported_photo(project, kim)
    client, places = signed_in(kim), (f"/photos/{photo.pk}/320.jpg", f"/photos/{photo.pk}/original")
    assert [_status(client, place) for place in places] == [200, 200]
    if change == "removed":
        Membership.objects.all().delete()
    elif change == "disabled":
        User.objects.update(is_active=False)
    else:
        client.post("/sign-out/")
    expected = 404 if change == "removed" else 302
    assert [_status(client, place) for place in places] == [expected] * 2


def _status(client: Client, place: str) -> int:
    response = client.get(place)
    response.getvalue()
    return int(response.status_code)


def test_an_export_is_asked_for_anew_each_time(version: DatasetVersion, kim: User) -> None:
    export = exported(version)
    client = signed_in(kim)
    places = [
        reverse("curation:download", args=["lighthouse", export.pk, file["name"]])
        for file in export.files
    ]
    assert {_status(client, place) for place in places} == {200}
    assert client.get(places[0].replace("export.zip", "..%2Fcard.md")).status_code == 404
    Membership.objects.all().delete()
    assert {_status(client, place) for place in places} == {404}


LEADING_OUT = ("../../secret.txt", "/etc/hostname", "projects/../../secret.txt")


@pytest.mark.parametrize("place", LEADING_OUT)
def test_no_place_outside_is_read_whatever_a_row_says(
    version: DatasetVersion, media_folder: Path, place: str
) -> None:
    (media_folder.parent / "secret.txt").write_text("outside words")
    Photo.objects.update(original=place)
    photo = Photo.objects.all()[0]
    photo.renditions.update(key=place)
    for read in (lambda: open_upright(photo), lambda: rendition_bytes(photo, 320)):
        with pytest.raises(NotFound):
            read()
    export = exported(version, image_side=64)
    assert export.state == "failed" and "missing from the storage" in export.error
    assert not list(media_folder.glob("exports/*/*/*"))


def test_an_archive_holds_plain_names(version: DatasetVersion) -> None:
    export = exported(version, image_side=64)
    with default_storage.open(f"{export.folder}/export.zip") as file:
        names = zipfile.ZipFile(io.BytesIO(file.read())).namelist()
    assert names and not [each for each in names if each.startswith(("/", "..")) or "\\" in each]
