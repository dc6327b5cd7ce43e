"""The pages of photos: gallery, photo, imports, comments."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from accounts.models import Project, User
from catalog.models import CropOrigin, ImportedFile, Photo, PhotoImport, RawComment
from catalog.services.grouping import join_group
from catalog.views import gallery
from core.models import Job
from tests.catalog.imports import imported, run
from tests.catalog.pictures import jpeg
from tests.catalog.test_archives import zipped
from tests.make import make_crop, make_photo
from tests.people import signed_in

pytestmark = pytest.mark.django_db
PAYLOAD = '"><script>alert(1)</script>'


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def titles(response: Any) -> list[str]:
    return [photo.title for photo in response.context["page"].rows]


def comment(photo: Photo, text: str = "Nice.") -> RawComment:
    return RawComment.objects.create(photo=photo, text=text, text_hash=text[:64])


@pytest.mark.parametrize("count", [1, 60])
def test_the_gallery_asks_the_same_few_questions_however_many_photos(
    project: Project, ada: User, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        make_photo(project, licence="CC0")
    client = signed_in(ada)
    client.get(f"/p/{project.slug}/photos/")
    with django_assert_max_num_queries(11):
        assert client.get(f"/p/{project.slug}/photos/").status_code == 200


def test_of_many_photos_only_about_how_many_is_said(
    project: Project, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("catalog.selectors.photos.MOST_COUNTED", "catalog.views.gallery.MOST_COUNTED"):
        monkeypatch.setattr(name, 2)
    monkeypatch.setattr(gallery, "SHOWN", 1)
    for _ in range(3):
        make_photo(project, licence="CC0")
    page = signed_in(ada).get(f"/p/{project.slug}/photos/")
    assert b"about 3" in page.content and b"CC0" in page.content
    found = signed_in(ada).get(f"/p/{project.slug}/photos/?licence=CC0")
    assert b"more than 2 found" in found.content


def test_the_next_photos_come_as_cards_alone(
    project: Project, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gallery, "SHOWN", 2)
    names = [make_photo(project).title for _ in range(5)][::-1]
    client = signed_in(ada)
    first = client.get(f"/p/{project.slug}/photos/")
    more = client.get(
        f"/p/{project.slug}/photos/{first.context['page'].older}", headers={"HX-Request": "true"}
    )
    assert titles(first) + titles(more) == names[:4]
    assert b"<html" not in more.content and more.content.count(b"photo-card__pic") == 2


def test_filters_narrow_and_combine(project: Project, ada: User) -> None:
    pier = make_photo(project, title="Pier at dusk", author="Berenice", licence="CC0", phash=1)
    quay = make_photo(project, title="Quay", author="Ansel", licence="CC0", phash=1)
    hill = make_photo(project, title="Hill", state="broken", phash=-1)
    for photo in (pier, quay, hill):
        join_group(photo)
    comment(pier)
    client = signed_in(ada)
    for query, found in {
        "comments=true": ["Pier at dusk"],
        "comments=false": ["Hill", "Quay"],
        "alike=true": ["Quay", "Pier at dusk"],
        "licence=CC0&q=quay": ["Quay"],
        "q=berenice+pier": ["Pier at dusk"],
        "q=ERENI": ["Pier at dusk"],
        "q=ua": ["Quay"],
        "q=dusty": [],
        "state=broken": ["Hill"],
        f"group={hill.group_id}": ["Hill"],
        "q=%25": [],
    }.items():
        assert titles(client.get(f"/p/{project.slug}/photos/?{query}")) == found


@pytest.mark.parametrize(
    "query", ["owner__password=a", "comments=banana", "state=x", "before=a", "order=id"]
)
def test_other_filters_are_refused_in_words(project: Project, ada: User, query: str) -> None:
    make_photo(project)
    assert signed_in(ada).get(f"/p/{project.slug}/photos/?{query}").status_code == 400


def test_an_empty_gallery_offers_the_next_step_to_whom_it_concerns(
    project: Project, ada: User, kim: User
) -> None:
    address = f"/p/{project.slug}/photos/"
    assert b"Import photos" in signed_in(kim).get(address).content
    seen = signed_in(ada).get(address).content
    assert b"No photos yet" in seen and b"Import photos" not in seen


def test_the_photo_page_shows_all_that_is_known_of_it(project: Project, kim: User) -> None:
    facts = {"aperture": 2.8, "shutter_s": 0.004, "focal_length_mm": 35.0, "iso": 200}
    photo = make_photo(project, title="Pier", author="Berenice", licence="CC0", facts=facts)
    make_crop(photo, origin=CropOrigin.MODEL, rationale="Keeps the lamp.")
    comment(photo, "The horizon tilts.")
    body = (
        signed_in(kim).get(reverse("catalog:photo", args=[project.slug, photo.pk])).content.decode()
    )
    for words in ("Berenice", "f/2.8", "1/250 s", "35 mm", "Keeps the lamp.", "The horizon tilts."):
        assert words in body


def test_text_from_outside_is_only_text(project: Project, kim: User) -> None:
    fields = dict.fromkeys(["title", "author", "licence", "source"], PAYLOAD)
    photo = make_photo(project, facts={"camera": PAYLOAD, "lens": PAYLOAD}, **fields)
    make_crop(photo, rationale=PAYLOAD)
    comment(photo, PAYLOAD)
    client = signed_in(kim)
    imported(project, kim, {f"{PAYLOAD}.jpg": b"no"})
    pages = [f"/p/{project.slug}/photos/", f"/p/{project.slug}/photos/{photo.pk}/"]
    pages += [f"/p/{project.slug}/photos/imports/{PhotoImport.objects.get().pk}/"]
    for page in pages:
        assert b"<script>alert" not in client.get(page).content


def test_crops_are_shown_by_origin(project: Project, kim: User) -> None:
    photo = make_photo(project)
    make_crop(photo, origin=CropOrigin.EXPERT)
    make_crop(photo, (0.2, 0.2, 0.8, 0.8), origin=CropOrigin.GRID)
    address = reverse("catalog:photo", args=[project.slug, photo.pk])
    found = signed_in(kim).get(f"{address}?origin=grid").context["crops"]
    assert [row.crop.origin for row in found] == ["grid"]
    assert signed_in(kim).get(f"{address}?origin=nobody").status_code == 400


def test_a_credit_is_changed_and_too_long_ones_are_refused(project: Project, kim: User) -> None:
    photo = make_photo(project)
    address = reverse("catalog:credit", args=[project.slug, photo.pk])
    client = signed_in(kim)
    assert client.post(address, {"title": "Pier", "author": "Jo"}).status_code == 302
    photo.refresh_from_db()
    assert (photo.title, photo.author) == ("Pier", "Jo")
    assert client.post(address, {"title": "x" * 201}).status_code == 400


def test_files_are_dropped_credited_and_imported(project: Project, kim: User) -> None:
    client, base = signed_in(kim), f"/p/{project.slug}/photos/imports/"
    for name, content in {
        "a.jpg": jpeg(1),
        "b.jpg": jpeg(2),
        "manifest.csv": b"file,title\na.jpg,Pier\n",
    }.items():
        sent = client.post(f"{base}files/", {"file": upload(name, content)})
        assert sent.status_code == 201 and sent.json()["message"]
    assert b"Import 2 files" in client.get(base).content
    closed = client.post(f"{base}close/", {"author": "Ansel", "licence": "CC0"})
    run(Job.objects.get())
    page = client.get(closed["Location"]).content.decode()
    assert page.count("✓ imported") == 2 and "every 1s" not in page
    assert set(Photo.objects.values_list("author", "title")) == {("Ansel", "Pier"), ("Ansel", "b")}


def test_a_running_import_fetches_itself(project: Project, kim: User) -> None:
    client, base = signed_in(kim), f"/p/{project.slug}/photos/imports/"
    client.post(f"{base}files/", {"file": upload("a.jpg", jpeg(1))})
    there = client.post(f"{base}close/")["Location"]
    fragment = client.get(there, headers={"HX-Request": "true"}).content
    assert b"every 1s" in fragment and b"<html" not in fragment


def test_an_archive_starts_by_itself_with_the_credit_typed_so_far(
    project: Project, kim: User
) -> None:
    file = upload("photos.zip", zipped({"a.jpg": jpeg(1)}))
    address = f"/p/{project.slug}/photos/imports/files/"
    assert signed_in(kim).post(address, {"file": file, "author": "Ansel"}).status_code == 201
    run(Job.objects.get())
    assert Photo.objects.get().author == "Ansel"


def test_a_refused_upload_says_why(project: Project, kim: User) -> None:
    client = signed_in(kim)
    address = f"/p/{project.slug}/photos/imports/files/"
    for name, content, words in [("a.zip", b"no", "neither a zip"), ("a.jpg", b"", "empty")]:
        sent = client.post(
            address, {"file": upload(name, content)}, headers={"Accept": "application/json"}
        )
        assert sent.status_code == 400 and words in sent.json()["error"]["message"]
    assert not ImportedFile.objects.exists()


def test_a_folder_is_imported_or_refused_beside_its_field(
    project: Project, kim: User, tmp_path: Path, settings: Settings
) -> None:
    settings.IMPORT_ROOTS = [tmp_path]
    (tmp_path / "a.jpg").write_bytes(jpeg(1))
    client, address = signed_in(kim), f"/p/{project.slug}/photos/imports/folder/"
    refused = client.post(address, {"folder": "/etc"})
    assert refused.status_code == 400 and b"may not be imported from this folder" in refused.content
    assert client.post(address, {"folder": str(tmp_path)}).status_code == 302


def test_comments_are_added_or_their_wrong_lines_named(project: Project, kim: User) -> None:
    make_photo(project, title="Pier")
    client, address = signed_in(kim), f"/p/{project.slug}/photos/comments/"
    wrong = client.post(address, {"file": upload("c.csv", b"photo,text\nPier,One\nQuay,Two\n")})
    assert wrong.status_code == 400 and b"no photo called" in wrong.content
    assert not RawComment.objects.exists()
    right = client.post(address, {"file": upload("c.csv", b"photo,text\nPier,One\n")})
    assert b"1 comments were added." in right.content
    broken = client.post(address, {"file": upload("c.csv", b"photo,text\nPier,\xff\n")})
    assert broken.status_code == 400 and b"Line 2: The file is not in UTF-8" in broken.content
