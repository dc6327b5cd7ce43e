"""Annotations and their photos from a bucket."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from pytest_django.fixtures import Settings

from accounts.models import Project, User
from catalog.models import Crop, Photo
from curation.models import AnnotationImport
from curation.services.annotation_imports import start_annotation_import
from tests.catalog.pictures import jpeg
from tests.curation.build import work_off
from tests.curation.importers.build import faults, worked_off
from tests.people import signed_in
from tests.servers.buckets import fill
from tests.servers.buckets import source_bucket as source_bucket
from tests.servers.buckets import store_address as store_address

pytestmark = pytest.mark.django_db
FLMS = b'{"pier.jpg": [[0, 0, 300, 350]]}'


def test_annotations_and_photos_of_one_folder(
    project: Project, kim: User, source_bucket: Any
) -> None:
    fill(source_bucket, {"shoot/image_crop.json": FLMS, "shoot/in/pier.jpg": jpeg(1, (600, 700))})
    body = {"folder": f"s3://{source_bucket.name}/shoot", "with_photos": "on", "edges": "keep"}
    url = f"/p/{project.slug}/photos/annotations/new/?format=flms"
    assert source_bucket.name in signed_in(kim).get(url).content.decode()
    assert signed_in(kim).post(url, body).status_code == 302
    work_off()
    assert Crop.objects.get().corners == (0, 0, 0.5, 0.5)
    assert AnnotationImport.objects.get().title == "shoot"


def test_sent_annotations_and_photos_of_a_bucket(
    project: Project, kim: User, source_bucket: Any
) -> None:
    fill(source_bucket, {"shoot/pier.jpg": jpeg(1, (600, 700))})
    sent = {
        "importer": "flms", "files": [SimpleUploadedFile("image_crop.json", FLMS)],
        "photos_from": f"s3://{source_bucket.name}/shoot",
    }  # fmt: skip
    url = f"/api/v1/projects/{project.slug}/annotation-imports/"
    assert signed_in(kim).post(url, sent).status_code == 202
    work_off()
    assert Crop.objects.get().photo == Photo.objects.get()


def test_photos_from_elsewhere_are_refused_beside_their_field(
    project: Project, kim: User, ada: User, source_bucket: Any
) -> None:
    url = f"/api/v1/projects/{project.slug}/annotation-imports/"
    sent = {"importer": "flms", "photos_from": "s3://other-bucket"}
    for person, status in [(kim, 403), (ada, 403)]:
        files = [SimpleUploadedFile("image_crop.json", FLMS)]
        answer = signed_in(person).post(url, {**sent, "files": files})
        assert answer.status_code == status and not AnnotationImport.objects.exists()


def test_a_wrong_line_in_a_bucket_is_named_and_a_large_file_refused(
    project: Project, kim: User, source_bucket: Any, settings: Settings
) -> None:
    fill(source_bucket, {"shoot/image_crop.json": b'{"pier.jpg": [[9, 9, 9, 9]]}'})
    place = f"s3://{source_bucket.name}/shoot"
    found = worked_off(
        start_annotation_import(project=project, importer="flms", folder=place, by=kim)
    )
    assert found.state == "refused" and "no area" in faults(found)[0][1]
    settings.MAX_UPLOAD_BYTES = 10
    found = start_annotation_import(project=project, importer="flms", folder=place, by=kim)
    (job,) = [job for job in work_off() if job.kind == "curation.import_annotations"]
    assert job.state == "failed" and "'image_crop.json' in the bucket" in job.error


def test_the_command_reads_a_bucket(project: Project, max_admin: User, source_bucket: Any) -> None:
    fill(source_bucket, {"shoot/set/image_crop.json": FLMS, "shoot/pier.jpg": jpeg(1, (600, 700))})
    place = f"s3://{source_bucket.name}/shoot"
    call_command(
        "import_annotations", project.slug, "flms", f"{place}/set", photos_from=place,
        stdout=StringIO(),
    )  # fmt: skip
    work_off()
    assert Crop.objects.count() == 1
