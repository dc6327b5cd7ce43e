"""Settings of the services we stand on: database, broker, cache and file storage.

Each is given by one URL. Without one, the embedded services under ``var/`` are meant, whose
socket paths are known before they run.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from config import env
from core.embedded import postgres, valkey


def database(var: Path) -> dict[str, Any]:
    """Django's entry for ``DATABASE_URL``, PostgreSQL only; ``DATABASE_POOL`` connections at most
    are pooled in one process, 0 keeps the pool off (workers and one-off commands). A statement
    that takes longer than ``DATABASE_TIMEOUT_S`` is ended; 0, as in workers, lets it run."""
    url = env.text("DATABASE_URL") or postgres.url(var)
    if not url.startswith(("postgresql://", "postgres://")):
        raise ImproperlyConfigured("DATABASE_URL must start with postgresql://, nothing else runs.")
    config: dict[str, Any] = environ.Env.db_url_config(url, engine="django.db.backends.postgresql")
    options = config.setdefault("OPTIONS", {})
    timeout = env.number("DATABASE_TIMEOUT_S", 0)
    if timeout:
        given = options.get("options", "")
        options["options"] = f"{given} -c statement_timeout={timeout}s".strip()
    pool = env.number("DATABASE_POOL", 0)
    if pool:
        options["pool"] = {"min_size": 1, "max_size": pool, "timeout": 10}
    return config


def broker_url(var: Path) -> str:
    """Where Celery's messages go: ``BROKER_URL`` or the embedded Valkey."""
    return env.text("BROKER_URL") or valkey.url(var)


def cache(broker: str) -> dict[str, Any]:
    """The cache lives beside the broker, in the database after it, unless ``CACHE_URL`` is given."""
    return {
        "BACKEND": "core.cache.SteadyRedisCache",
        "LOCATION": env.text("CACHE_URL") or _next_database(broker),
        "KEY_PREFIX": "reframe",
        "OPTIONS": {"serializer": "core.cache.PlainSerializer"},
    }


def _next_database(broker: str) -> str:
    parts = urlsplit(broker)
    if parts.scheme == "redis+socket":
        current = int(parse_qs(parts.query).get("virtual_host", ["0"])[0].strip("/") or 0)
        return f"unix://{parts.path}?{urlencode({'db': current + 1})}"
    current = int(parts.path.strip("/") or 0)
    return parts._replace(path=f"/{current + 1}").geturl()


def file_storage(media: Path) -> dict[str, Any]:
    """A folder, or an S3-compatible bucket when ``STORAGE_URL`` is ``s3://bucket/prefix``."""
    url = urlsplit(env.text("STORAGE_URL"))
    if url.scheme == "s3":
        return _s3(url.netloc, url.path.strip("/"))
    if url.scheme not in {"", "file"}:
        raise ImproperlyConfigured(
            "STORAGE_URL must be s3://bucket/prefix, file:///folder or empty."
        )
    return {
        "BACKEND": "core.storage.MediaStorage",
        "OPTIONS": {"location": url.path or str(media), "base_url": None},
    }


def _s3(bucket: str, prefix: str) -> dict[str, Any]:
    options: dict[str, Any] = {
        "bucket_name": bucket,
        "location": prefix,
        "endpoint_url": env.text("S3_ENDPOINT_URL") or None,
        "region_name": env.text("S3_REGION", "us-east-1"),
        "client_config": _client_config(),
        "default_acl": None,
        "file_overwrite": False,
        "querystring_auth": True,
        "querystring_expire": 300,
        "max_memory_size": 8 * 1024 * 1024,
    }
    if env.text("S3_ACCESS_KEY_ID"):
        options["access_key"] = env.text("S3_ACCESS_KEY_ID")
        options["secret_key"] = env.text("S3_SECRET_ACCESS_KEY")
    return {"BACKEND": "core.bucket.BucketStorage", "OPTIONS": options}


def _client_config() -> Any:
    from botocore.config import Config  # a folder needs no SDK

    # The SDK's own patience, a minute for each of five tries, would hold a page for minutes.
    return Config(
        s3={"addressing_style": "path"},
        signature_version="s3v4",
        connect_timeout=5,
        read_timeout=30,
        retries={"mode": "standard", "total_max_attempts": 3},
    )


def import_buckets() -> list[str]:
    """``IMPORT_BUCKETS``: buckets, or folders of them, that photos may be imported from."""
    named = env.names("IMPORT_BUCKETS")
    own = urlsplit(env.text("STORAGE_URL"))
    is_same_store = _import_start() == "S3"
    for each in named:
        if not re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[^/]+)*/?", each):
            raise ImproperlyConfigured(f"IMPORT_BUCKETS holds s3://bucket/folder, not {each!r}.")
        if is_same_store and own.scheme == "s3" and own.netloc == urlsplit(each).netloc:
            # Whoever may import could read the files of every project there.
            words = "is the bucket of STORAGE_URL; import from another one."
            raise ImproperlyConfigured(f"IMPORT_BUCKETS: {each} {words}")
    return named


def import_store() -> dict[str, Any]:
    """Options of the client that reads ``IMPORT_BUCKETS``: with ``IMPORT_S3_ENDPOINT_URL`` (and
    ``_REGION``, ``_ACCESS_KEY_ID``, ``_SECRET_ACCESS_KEY``) another store, else the file storage's."""
    if not env.names("IMPORT_BUCKETS"):
        return {}
    start = _import_start()
    options: dict[str, Any] = {
        "endpoint_url": env.text(f"{start}_ENDPOINT_URL") or None,
        "region_name": env.text(f"{start}_REGION", "us-east-1"),
        "config": _client_config(),
    }
    if env.text(f"{start}_ACCESS_KEY_ID"):
        options["aws_access_key_id"] = env.text(f"{start}_ACCESS_KEY_ID")
        options["aws_secret_access_key"] = env.text(f"{start}_SECRET_ACCESS_KEY")
    return options


def _import_start() -> str:
    return "IMPORT_S3" if env.text("IMPORT_S3_ENDPOINT_URL") else "S3"


def mail() -> dict[str, Any]:
    """Django's mail settings for ``EMAIL_URL``; without one, a backend that sends nothing."""
    url = env.text("EMAIL_URL")
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    found = environ.Env.email_url_config(url)
    return {name: value for name, value in found.items() if name.startswith("EMAIL_")}
