"""The whole import on an S3-compatible store, by settings alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest
from botocore.exceptions import ClientError
from django.core.files.uploadedfile import SimpleUploadedFile
from moto.server import ThreadedMotoServer
from pytest_django.fixtures import Settings
from storages.backends.s3 import S3Storage

from accounts.models import Project, User
from catalog.models import Photo
from catalog.selectors.pixels import open_upright, rendition_bytes
from catalog.services.importing import close_import
from config import services
from core.jobs import retry
from core.models import Job
from tests.catalog.imports import imported, outcome, staged
from tests.catalog.pictures import jpeg
from tests.jobs import run
from tests.people import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[object]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    bucket = f"photos-{uuid4().hex}"  # moto keeps its buckets as long as the process lives
    for name, value in {
        "STORAGE_URL": f"s3://{bucket}/prints",
        "S3_ENDPOINT_URL": f"http://{host}:{port}",
        "S3_ACCESS_KEY_ID": "test",
        "S3_SECRET_ACCESS_KEY": "test",
    }.items():
        monkeypatch.setenv(name, value)
    store = services.file_storage(settings.MEDIA_ROOT)
    settings.STORAGES = {**settings.STORAGES, "default": store}
    client = boto3.client(
        "s3", endpoint_url=f"http://{host}:{port}", region_name="us-east-1",
        aws_access_key_id="test", aws_secret_access_key="test",
    )  # fmt: skip
    client.create_bucket(Bucket=bucket)
    client.name = bucket
    yield client
    server.stop()


def test_photos_live_in_a_bucket(
    project: Project, kim: User, bucket: Any, media_folder: Path
) -> None:
    first = imported(project, kim, {"a.jpg": jpeg(1, (500, 400)), "bad.jpg": b"no"})
    again = imported(project, kim, {"b.jpg": jpeg(1, (500, 400))})
    photo = Photo.objects.get()
    listed = bucket.list_objects_v2(Bucket=bucket.name)["Contents"]
    keys = {
        f"prints/{key}" for key in (photo.original, *photo.renditions.values_list("key", flat=True))
    }
    assert {each["Key"] for each in listed} == keys and len(keys) == 3
    assert outcome(first)["bad.jpg"][0] == "refused" and outcome(again)["b.jpg"][0] == "known"
    assert open_upright(photo).size == (500, 400) and rendition_bytes(photo, 320)
    assert not [path for path in media_folder.rglob("*") if path.is_file()]


def test_a_store_that_is_away_for_a_moment_costs_no_photo(
    project: Project, kim: User, bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = staged(project, kim, {"a.jpg": jpeg(1), "b.jpg": jpeg(2)})
    job = close_import(photo_import=begun, by=kim)
    with monkeypatch.context() as patched:
        patched.setattr(S3Storage, "_save", refuse)
        for _ in range(3):
            Job.objects.update(not_before=None)
            tried = run(job)
    assert tried.state == "failed" and "file storage refuses this (SlowDown)" in tried.error
    retry(job=tried)
    assert run(job).state == "succeeded"
    assert outcome(begun) == {"a.jpg": ("taken", ""), "b.jpg": ("taken", "")}


def refuse(*args: Any, **more: Any) -> None:
    """As a store that is overloaded."""
    raise ClientError({"Error": {"Code": "SlowDown", "Message": "inner words"}}, "PutObject")


def test_pages_say_it_in_words(
    project: Project, kim: User, bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported(project, kim, {"a.jpg": jpeg(1, (500, 400))})
    photo, client = Photo.objects.get(), signed_in(kim)
    assert client.get(f"/photos/{photo.pk}/original").getvalue() == jpeg(1, (500, 400))
    monkeypatch.setattr(S3Storage, "_open", refuse)
    monkeypatch.setattr(S3Storage, "_save", refuse)
    sent = {"file": SimpleUploadedFile("b.jpg", jpeg(2))}
    answers = [
        client.get(f"/photos/{photo.pk}/320.jpg"),
        client.get(f"/photos/{photo.pk}/original"),
        client.post("/p/lighthouse/photos/imports/files/", sent),
    ]
    for each in answers:
        words = each.content.decode()
        assert each.status_code == 503 and "file storage" in words and "inner" not in words
