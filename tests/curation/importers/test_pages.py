"""The page, the API and the command of imports: each works, refuses and says why."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import Project, User
from catalog.models import Crop
from catalog.services.importing import close_import
from core.models import Job
from curation.importers import registry
from curation.models import AnnotationImport, SourceBox, SourcePhoto
from tests.catalog.imports import staged
from tests.catalog.pictures import jpeg
from tests.catalog.test_archives import zipped
from tests.curation.build import work_off
from tests.curation.importers.build import imported, worked_off
from tests.people import signed_in

pytestmark = pytest.mark.django_db
FLMS = b'{"pier.jpg": [[100, 80, 900, 600], [0, 0, 950, 660]]}'


def upload(name: str = "image_crop.json", content: bytes = FLMS) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_a_lead_sends_files_and_sees_what_came(project: Project, ada: User) -> None:
    client, room = signed_in(ada), f"/p/{project.slug}/photos/annotations/"
    assert all(f'format={name}"' in client.get(room).content.decode() for name in registry.names())
    assert client.get(f"{room}new/?format=flms").status_code == 200
    sent = client.post(f"{room}new/?format=flms", {"files": [upload()], "edges": "clip"})
    found = AnnotationImport.objects.get()
    assert sent["Location"] == f"{room}{found.pk}/" and found.options["edges"] == "clip"
    assert "hx-get" in client.get(sent["Location"]).content.decode()
    worked_off(found)
    page = client.get(sent["Location"]).content.decode()
    assert "Boxes" in page and "Waiting" in page


def test_a_refused_import_lists_its_lines(project: Project, kim: User) -> None:
    client = signed_in(kim)
    content = b'{"a.jpg": [[1, 2, 3, 4]],\n"b.jpg": [[1, 2, 1, 4]]}'
    url = f"/p/{project.slug}/photos/annotations/"
    client.post(f"{url}new/?format=flms", {"files": [upload(content=content)]})
    found = worked_off(AnnotationImport.objects.get())
    page = client.get(f"{url}{found.pk}/").content.decode()
    assert "no area" in page and "b.jpg" in page
    table = client.get(f"{url}{found.pk}/faults.csv").content.decode()
    assert table.splitlines()[1].startswith("image_crop.json,2,b.jpg,")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "Send files"),
        ({"files": [upload(content=b"")]}, "empty"),
        ({"files": [upload("a.zip", b"no zip")]}, "neither a zip"),
        ({"files": [upload(), upload()]}, "same name"),
        ({"files": [upload()], "edges": "fold"}, "Select a valid choice"),
    ],
)
def test_the_form_says_what_is_missing(
    project: Project, kim: User, body: dict[str, object], words: str
) -> None:
    url = f"/p/{project.slug}/photos/annotations/new/?format=flms"
    answer = signed_in(kim).post(url, body)
    assert answer.status_code == 400 and words in answer.content.decode()
    assert not AnnotationImport.objects.exists()


def test_an_unknown_format_is_refused(project: Project, kim: User) -> None:
    url = f"/p/{project.slug}/photos/annotations/new/?format=none"
    assert signed_in(kim).get(url).status_code == 400


def test_the_api_takes_files_and_tells_formats(project: Project, kim: User) -> None:
    client, url = signed_in(kim), f"/api/v1/projects/{project.slug}/annotation-imports/"
    formats = client.get(f"{url}formats/").json()
    assert {row["name"] for row in formats} == set(registry.names())
    body = {"importer": "flms", "files": [upload()], "options": '{"edges": "flag"}'}
    sent = client.post(url, body)
    assert sent.status_code == 202, sent.json()
    found = worked_off(AnnotationImport.objects.get())
    one = client.get(f"{url}{found.pk}/").json()
    assert (one["state"], one["counts"]["boxes"], one["attached"]) == ("done", 2, 0)
    (photo,) = client.get(f"{url}{found.pk}/photos/?is_here=false").json()["results"]
    assert photo["name"] == "pier.jpg" and photo["photo"] is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"importer": "none", "files": [upload()]}, ""),
        ({"importer": "flms"}, "files"),
        ({"importer": "flms", "files": [upload()], "options": "[]"}, "options"),
        ({"importer": "flms", "files": [upload()], "options": '{"none": 1}'}, "none"),
    ],
)
def test_the_api_refuses_in_words(
    project: Project, kim: User, body: dict[str, object], field: str
) -> None:
    url = f"/api/v1/projects/{project.slug}/annotation-imports/"
    answer = signed_in(kim).post(url, body)
    assert answer.status_code == 400 and answer.json()["error"]["field"] == field
    assert not AnnotationImport.objects.exists()


def test_a_folder_of_the_server(
    project: Project, kim: User, tmp_path: Path, settings: Settings
) -> None:
    (tmp_path / "image_crop.json").write_bytes(FLMS)
    client, url = signed_in(kim), f"/api/v1/projects/{project.slug}/annotation-imports/folder/"
    body = {"importer": "flms", "folder": str(tmp_path)}
    assert client.post(url, body, content_type="application/json").status_code == 403
    settings.IMPORT_ROOTS = [tmp_path]
    assert client.post(url, body, content_type="application/json").status_code == 202
    assert worked_off(AnnotationImport.objects.get()).counts["boxes"] == 2


def test_an_archive_is_looked_into(project: Project, kim: User) -> None:
    packed = zipped({"set/image_crop.json": FLMS, "set/photo.jpg": jpeg(1), "read.me": b"x"})
    found = imported(project, kim, "flms", {"flms.zip": packed})
    assert found.counts["boxes"] == 2


def test_photos_come_along_in_the_archive(project: Project, kim: User) -> None:
    metadata = b'{"file_name": "pier.jpg", "objects": {"bbox": [[0, 0, 300, 350]]}}\n'
    packed = zipped({"train/metadata.jsonl": metadata, "train/pier.jpg": jpeg(1, (600, 700))})
    body = {"files": [upload("set.zip", packed)], "with_photos": "on", "boxes_are": "best"}
    url = f"/p/{project.slug}/photos/annotations/new/?format=hf_folder"
    assert signed_in(kim).post(url, body).status_code == 302
    work_off()
    assert Crop.objects.get().corners == (0, 0, 0.5, 0.5)
    source = SourcePhoto.objects.get()
    assert (source.part, source.photo.title) == ("train", "pier")


def test_photos_need_an_archive_and_the_right(project: Project, kim: User, ada: User) -> None:
    url = f"/api/v1/projects/{project.slug}/annotation-imports/"
    body = {"importer": "flms", "with_photos": True}
    answer = signed_in(kim).post(url, {**body, "files": [upload()]})
    assert (answer.status_code, answer.json()["error"]["field"]) == (400, "with_photos")
    packed = zipped({"image_crop.json": FLMS})
    answer = signed_in(ada).post(url, {**body, "files": [upload("a.zip", packed)]})
    assert answer.status_code == 403 and not AnnotationImport.objects.exists()


def test_the_command_does_the_same(
    project: Project, kim: User, max_admin: User, tmp_path: Path
) -> None:
    (tmp_path / "image_crop.json").write_bytes(FLMS)
    out, place = StringIO(), str(tmp_path / "image_crop.json")
    call_command(
        "import_annotations", project.slug, "flms", place, option=["edges=clip"], stdout=out
    )
    found = AnnotationImport.objects.get()
    assert f"/photos/annotations/{found.pk}/" in out.getvalue() and found.by == max_admin
    for arguments, words in [
        (("none", "flms", place), "no project"),
        ((project.slug, "none", place), "no 'none'"),
        ((project.slug, "flms", str(tmp_path / "none")), "cannot be read"),
        ((project.slug, "flms", str(tmp_path)), "IMPORT_ROOTS"),
    ]:
        with pytest.raises(CommandError, match=words):
            call_command("import_annotations", *arguments)


def test_annotations_attach_when_their_photo_comes(project: Project, kim: User) -> None:
    imported(project, kim, "flms", {"image_crop.json": FLMS})
    assert SourcePhoto.objects.get().photo is None and not Crop.objects.exists()
    photo_import = staged(project, kim, {"pier.jpg": jpeg(1, (1000, 700))})
    close_import(photo_import=photo_import, by=kim)
    kinds = [job.kind for job in work_off()]
    assert "curation.attach_annotations" in kinds
    crops = Crop.objects.filter(origin="imported").order_by("pk")
    assert [crop.label for crop in crops] == ["good", "good"]
    assert crops[0].corners == pytest.approx((0.1, 80 / 700, 0.9, 600 / 700), abs=1e-6)
    assert SourceBox.objects.exclude(crop=None).count() == 2


def test_a_stranger_gets_nothing(project: Project, cleo: User) -> None:
    found = AnnotationImport.objects.create(project=project, importer="flms")
    url = f"/p/{project.slug}/photos/annotations/"
    for client in (signed_in(cleo), Client()):
        assert client.get(f"{url}{found.pk}/").status_code in (302, 404)
        assert client.post(f"{url}new/?format=flms", {"files": [upload()]}).status_code in (
            302,
            404,
        )
    assert not Job.objects.exists()
