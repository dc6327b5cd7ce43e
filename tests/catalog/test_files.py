"""Picture files: typed by us, kept in the browser, never run, never for strangers."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import Project, User
from catalog.models import Photo
from tests.catalog.imports import imported_photo
from tests.catalog.pictures import jpeg
from tests.make import make_photo
from tests.people import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def photo(project: Project, kim: User) -> Photo:
    return imported_photo(project, kim, jpeg(1, (1500, 1000)))


@pytest.mark.parametrize(("size", "width"), [(1, 320), (320, 320), (321, 1024), (9999, 1500)])
def test_the_nearest_larger_rendition_is_sent(
    photo: Photo, ada: User, size: int, width: int
) -> None:
    response = signed_in(ada).get(reverse("catalog:rendition", args=[photo.pk, size]))
    rendition = photo.renditions.get(width=width)
    assert len(response.getvalue()) == rendition.bytes == int(response["Content-Length"])
    assert response["Content-Type"] == "image/jpeg"
    assert response["Cache-Control"] == "private, max-age=31536000, immutable"


def test_an_original_is_only_ever_a_download(photo: Photo, kim: User) -> None:
    Photo.objects.update(title='../x"\r\nSet-Cookie: a=b <script>', media_type="image/jpeg")
    response = signed_in(kim).get(reverse("catalog:original", args=[photo.pk]))
    assert response.getvalue() == jpeg(1, (1500, 1000))
    disposition = response["Content-Disposition"]
    assert disposition == 'attachment; filename="x-Set-Cookie-a-b-script.jpg"'
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"


def test_an_expert_gets_no_picture_by_its_number(photo: Photo, ben: User) -> None:
    assert signed_in(ben).get(reverse("catalog:rendition", args=[photo.pk, 320])).status_code == 403


def test_a_stranger_cannot_tell_a_photo_from_none(photo: Photo, cleo: User) -> None:
    client = signed_in(cleo)
    theirs, none = (
        client.get(
            reverse("catalog:rendition", args=[pk, 320]), headers={"Accept": "application/json"}
        )
        for pk in (photo.pk, 999_999)
    )
    assert theirs.status_code == none.status_code == 404
    assert theirs.content == none.content


def test_a_missing_file_is_said_in_words(project: Project, kim: User) -> None:
    bare = make_photo(project)
    client = signed_in(kim)
    for name, args in [("catalog:original", [bare.pk]), ("catalog:rendition", [bare.pk, 320])]:
        assert client.get(reverse(name, args=args)).status_code == 404


@pytest.mark.parametrize(
    "path", ["/media/", "/media../manage.py", "/static../manage.py", "/photos/"]
)
def test_no_folder_is_open(photo: Photo, kim: User, path: str) -> None:
    assert signed_in(kim).get(path).status_code == 404
