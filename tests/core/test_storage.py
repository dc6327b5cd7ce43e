from __future__ import annotations

import errno
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.core.management import call_command
from moto.server import ThreadedMotoServer

from config import services
from core.errors import NotFound, Unavailable
from core.storage import MediaStorage, local_file, write_file


@pytest.fixture
def folder(tmp_path: Path) -> MediaStorage:
    return MediaStorage(location=tmp_path / "media", base_url=None)


@pytest.fixture(scope="module")
def s3_endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Storage:
    """A bucket reached by nothing but environment variables."""
    monkeypatch.setenv("STORAGE_URL", "s3://photos/studio")
    monkeypatch.setenv("S3_ENDPOINT_URL", s3_endpoint)
    monkeypatch.setenv("S3_ACCESS_KEY_ID", "ada")
    monkeypatch.setenv("S3_SECRET_ACCESS_KEY", "adas-secret")
    client = boto3.client(
        "s3",
        endpoint_url=s3_endpoint,
        region_name="us-east-1",
        aws_access_key_id="ada",
        aws_secret_access_key="adas-secret",
    )
    client.create_bucket(Bucket="photos")
    return storages.create_storage(services.file_storage(Path("/unused")))


def names_under(storage: MediaStorage) -> set[str]:
    return {path.name for path in Path(storage.location).rglob("*") if path.is_file()}


def test_what_is_written_is_read_as_a_path(folder: MediaStorage) -> None:
    name = write_file("a/photo.jpg", io.BytesIO(b"pixels"), storage=folder)
    with local_file(name, storage=folder) as path:
        assert path.read_bytes() == b"pixels"
    assert names_under(folder) == {"photo.jpg"}


def test_a_taken_name_is_never_overwritten(folder: MediaStorage) -> None:
    first = write_file("photo.jpg", io.BytesIO(b"one"), storage=folder)
    second = write_file("photo.jpg", io.BytesIO(b"two"), storage=folder)
    assert first != second
    assert Path(folder.path(first)).read_bytes() == b"one"


def test_a_full_disk_leaves_nothing(folder: MediaStorage) -> None:
    class Full(ContentFile):
        def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
            yield b"half"
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(Unavailable, match="disk is full"):
        folder.save("photo.jpg", Full(b""))
    assert names_under(folder) == set()


def test_a_missing_file_is_named(folder: MediaStorage) -> None:
    with pytest.raises(NotFound, match=r"gone\.jpg"), local_file("gone.jpg", storage=folder):
        pass


def test_a_bucket_is_used_like_a_folder(bucket: Storage) -> None:
    name = write_file("a/photo.jpg", io.BytesIO(b"pixels"), storage=bucket)
    with local_file(name, storage=bucket) as path:
        assert path.read_bytes() == b"pixels"
    assert "X-Amz-Signature" in bucket.url(name)


def test_a_missing_object_is_named(bucket: Storage) -> None:
    with pytest.raises(NotFound, match=r"gone\.jpg"), local_file("gone.jpg", storage=bucket):
        pass


def test_the_bucket_is_made_once(bucket: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORAGE_URL", "s3://new-photos")
    bucket = storages.create_storage(services.file_storage(Path("/unused")))
    with patch("core.management.commands.make_bucket.default_storage", bucket):
        call_command("make_bucket")
        call_command("make_bucket")
    assert write_file("photo.jpg", io.BytesIO(b"pixels"), storage=bucket) == "photo.jpg"


def test_a_folder_needs_no_bucket(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("make_bucket")
    assert "no bucket is needed" in capsys.readouterr().out


def test_a_bucket_that_refuses_says_so_in_words(bucket: Storage) -> None:
    bucket.bucket_name, bucket._bucket = "no-such-bucket", None
    acts: dict[str, Callable[[], object]] = {
        "write": lambda: write_file("b.jpg", io.BytesIO(b"pixels"), storage=bucket),
        "list": lambda: bucket.listdir("a"),
    }
    for act, call in acts.items():
        with pytest.raises(Unavailable, match=r"refuses this \(NoSuchBucket\)") as caught:
            call()
        assert "amazonaws" not in str(caught.value) and "adas-secret" not in str(caught.value), act


def test_a_bucket_that_does_not_answer_says_so_in_words(
    bucket: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("S3_ENDPOINT_URL", "http://127.0.0.1:9")
    away = storages.create_storage(services.file_storage(Path("/unused")))
    for call in (lambda: away.exists("a"), lambda: away.open("a")):
        with pytest.raises(Unavailable, match="does not answer"):
            call()
    with pytest.raises(Unavailable), local_file("a", storage=away):
        pass


def test_a_name_that_leads_out_is_as_good_as_missing(folder: MediaStorage) -> None:
    for name in ("../../manage.py", "/etc/passwd"):
        with pytest.raises(NotFound), local_file(name, storage=folder):
            pass
