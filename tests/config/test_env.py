from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env, services


@pytest.mark.parametrize(
    ("word", "value"), [("1", True), ("yes", True), ("OFF", False), ("", True)]
)
def test_flags_are_read_in_words(monkeypatch: pytest.MonkeyPatch, word: str, value: bool) -> None:
    monkeypatch.setenv("SOME_FLAG", word)
    assert env.flag("SOME_FLAG", default=True) is value


@pytest.mark.parametrize(
    "reader", [lambda: env.flag("X", default=True), lambda: env.number("X", 1)]
)
def test_a_wrong_value_names_the_variable(monkeypatch: pytest.MonkeyPatch, reader: object) -> None:
    monkeypatch.setenv("X", "maybe")
    with pytest.raises(ImproperlyConfigured, match="X must be"):
        reader()  # type: ignore[operator]


def test_lists_are_written_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOSTS", "a.org, b.org,")
    assert env.names("HOSTS") == ["a.org", "b.org"]


def test_only_postgresql_is_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:///x.db")
    with pytest.raises(ImproperlyConfigured, match="postgresql://"):
        services.database(Path("/srv/var"))


def test_a_database_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://ada:p%40ss@db.org:6543/photos?sslmode=require")
    monkeypatch.setenv("DATABASE_POOL", "4")
    config = services.database(Path("/srv/var"))
    assert (config["HOST"], config["PORT"], config["NAME"]) == ("db.org", 6543, "photos")
    assert config["PASSWORD"] == "p@ss"
    assert config["OPTIONS"]["sslmode"] == "require"
    assert config["OPTIONS"]["pool"]["max_size"] == 4


@pytest.mark.parametrize(
    ("broker", "cache"),
    [
        ("redis://:pw@queue.org:6379/0", "redis://:pw@queue.org:6379/1"),
        ("rediss://queue.org", "rediss://queue.org/1"),
        ("redis+socket:///srv/run/v.sock?virtual_host=0", "unix:///srv/run/v.sock?db=1"),
    ],
)
def test_the_cache_lies_beside_the_broker(broker: str, cache: str) -> None:
    assert services.cache(broker)["LOCATION"] == cache


def test_an_unknown_storage_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORAGE_URL", "ftp://files.org")
    with pytest.raises(ImproperlyConfigured, match="STORAGE_URL"):
        services.file_storage(Path("/srv/media"))


def test_buckets_of_imports_are_named_and_never_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    assert services.import_buckets() == [] and services.import_store() == {}
    monkeypatch.setenv("STORAGE_URL", "s3://ours/files")
    monkeypatch.setenv("S3_ACCESS_KEY_ID", "ada")
    monkeypatch.setenv("IMPORT_BUCKETS", "s3://shoots/2024, s3://more")
    assert services.import_buckets() == ["s3://shoots/2024", "s3://more"]
    assert services.import_store()["aws_access_key_id"] == "ada"
    for wrong in ("https://store/bucket", "s3://ours/other", "shoots", "s3://*"):
        monkeypatch.setenv("IMPORT_BUCKETS", wrong)
        with pytest.raises(ImproperlyConfigured, match="IMPORT_BUCKETS"):
            services.import_buckets()


def test_another_store_for_imports_brings_its_own_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("S3_ACCESS_KEY_ID", "ours")
    monkeypatch.setenv("IMPORT_BUCKETS", "s3://shoots")
    monkeypatch.setenv("IMPORT_S3_ENDPOINT_URL", "https://store.example.org")
    found = services.import_store()
    assert found["endpoint_url"] == "https://store.example.org"
    assert "aws_access_key_id" not in found
