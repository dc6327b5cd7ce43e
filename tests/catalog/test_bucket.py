"""The whole import on an S3-compatible store, by settings alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer
from pytest_django.fixtures import Settings

from accounts.models import Project, User
from catalog.models import Photo
from catalog.selectors.pixels import open_upright, rendition_bytes
from config import services
from tests.catalog.imports import imported, outcome
from tests.catalog.pictures import jpeg

pytestmark = pytest.mark.django_db
BUCKET = "reframe-photos"


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[object]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "STORAGE_URL": f"s3://{BUCKET}/prints",
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
    client.create_bucket(Bucket=BUCKET)
    yield client
    server.stop()


def test_photos_live_in_a_bucket(
    project: Project, kim: User, bucket: Any, media_folder: Path
) -> None:
    first = imported(project, kim, {"a.jpg": jpeg(1, (500, 400)), "bad.jpg": b"no"})
    again = imported(project, kim, {"b.jpg": jpeg(1, (500, 400))})
    photo = Photo.objects.get()
    listed = bucket.list_objects_v2(Bucket=BUCKET)["Contents"]
    keys = {
        f"prints/{key}" for key in (photo.original, *photo.renditions.values_list("key", flat=True))
    }
    assert {each["Key"] for each in listed} == keys and len(keys) == 3
    assert outcome(first)["bad.jpg"][0] == "refused" and outcome(again)["b.jpg"][0] == "known"
    assert open_upright(photo).size == (500, 400) and rendition_bytes(photo, 320)
    assert not [path for path in media_folder.rglob("*") if path.is_file()]
