"""An S3-compatible store in this process, from which imports may read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import boto3
import pytest
from moto.server import ThreadedMotoServer
from pytest_django.fixtures import Settings

from config import services


@pytest.fixture(scope="session")
def store_address() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def source_bucket(
    store_address: str, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> Iterator[Any]:
    """A client whose ``name`` is an empty bucket; ``s3://<name>/shoot`` may be imported from."""
    name = f"shoot-{uuid4().hex}"  # moto keeps its buckets as long as the process lives
    monkeypatch.setenv("IMPORT_BUCKETS", f"s3://{name}/shoot")
    monkeypatch.setenv("IMPORT_S3_ENDPOINT_URL", store_address)
    monkeypatch.setenv("IMPORT_S3_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("IMPORT_S3_SECRET_ACCESS_KEY", "test")
    settings.IMPORT_BUCKETS = services.import_buckets()
    settings.IMPORT_STORE = services.import_store()
    client = boto3.client(
        "s3", endpoint_url=store_address, region_name="us-east-1",
        aws_access_key_id="test", aws_secret_access_key="test",
    )  # fmt: skip
    client.create_bucket(Bucket=name)
    client.name = name
    yield client
    client.close()


def fill(bucket: Any, objects: dict[str, bytes], **more: Any) -> None:
    """Put objects by key."""
    for key, content in objects.items():
        bucket.put_object(Bucket=bucket.name, Key=key, Body=content, **more)
