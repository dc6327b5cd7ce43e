"""Reading buckets of others, for imports: the store and its keys stand in the settings, nowhere else.

Loaded only where a bucket is read, so that nobody else loads the SDK. Nothing is ever written
there, and nothing that a person types becomes an address: see `config.services.import_store`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from core.errors import InvalidInput, NotAllowed, NotFound, TooLarge, Unavailable
from core.storage import CHUNK

KEYS = "Whoever runs this installation should check the import store's address and keys."
GONE = {"NoSuchKey", "404", "NotFound", "NoSuchVersion", "NoSuchBucket"}
FORBIDDEN = {
    "AccessDenied", "403", "Forbidden", "AllAccessDisabled", "InvalidAccessKeyId",
    "SignatureDoesNotMatch", "AccountProblem",
}  # fmt: skip
ARCHIVED = {"InvalidObjectState"}


@dataclass(frozen=True, slots=True)
class StoredObject:
    """One object of a bucket: its key, and its size in bytes as listed."""

    key: str
    size: int


class ImportStore:
    """The store that imports may read; ``options`` are those of boto3's client.

    Whole buckets fail as `InvalidInput` (no such bucket), `NotAllowed` (no rights) or `Unavailable`;
    single objects as `NotFound` (gone), `InvalidInput` (not to be read) or `TooLarge`.
    """

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._client = boto3.session.Session().client("s3", **options)

    def objects(self, bucket: str, prefix: str) -> Iterator[StoredObject]:
        """All objects whose key begins with ``prefix``, by key, fetched a thousand at a time.

        Keys that end with a slash are a browser's folders, not files, and are left out.
        """
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        with _listing_in_words(bucket):
            for page in pages:
                for each in page.get("Contents", ()):
                    if not each["Key"].endswith("/"):
                        yield StoredObject(each["Key"], int(each["Size"]))

    def is_empty(self, bucket: str, prefix: str) -> bool:
        """Whether nothing at all lies there; one small question."""
        with _listing_in_words(bucket):
            found = self._client.list_objects_v2(Bucket=bucket, Prefix=prefix, MaxKeys=1)
        return not found.get("KeyCount", len(found.get("Contents", ())))

    @contextmanager
    def fetched(self, bucket: str, key: str, *, limit: int) -> Iterator[Path]:
        """The object as a file of this machine while the block lasts; at most ``limit`` bytes."""
        with tempfile.NamedTemporaryFile(prefix="reframe-object-") as copy:
            self.fetch(bucket, key, copy, limit=limit)
            yield Path(copy.name)

    def fetch(self, bucket: str, key: str, target: IO[bytes], *, limit: int) -> None:
        """Copy the object into ``target`` piece by piece, whatever size was listed."""
        with _fetching_in_words():
            answer = self._client.get_object(Bucket=bucket, Key=key)
            size = 0
            with closing(answer["Body"]) as body:
                for chunk in body.iter_chunks(CHUNK):
                    size += len(chunk)
                    if size > limit:
                        raise TooLarge(f"It is larger than {limit / 1024**2:.4g} MiB.")
                    _write(target, chunk)
        target.flush()


def _write(target: IO[bytes], chunk: bytes) -> None:
    try:
        target.write(chunk)
    except OSError as error:
        raise Unavailable("The disk is full; free some space and try again.") from error


@contextmanager
def _listing_in_words(bucket: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = _code(error)
        if code == "NoSuchBucket" or code in GONE:
            words = f"There is no bucket {bucket!r} in the import store."
            raise InvalidInput(words, field="folder") from error
        if code in FORBIDDEN:
            words = f"The import store does not let us list the bucket {bucket!r} ({code})."
            raise NotAllowed(f"{words} {KEYS}", field="folder") from error
        raise Unavailable(f"The import store refuses this ({code}). {KEYS}") from error
    except BotoCoreError as error:
        raise Unavailable(f"The import store does not answer. {KEYS}") from error


@contextmanager
def _fetching_in_words() -> Iterator[None]:
    # What the store itself says may name keys and addresses: it goes to the log, by the cause.
    try:
        yield
    except ClientError as error:
        code = _code(error)
        if code in GONE:
            raise NotFound("The object is no longer in the bucket.") from error
        if code in FORBIDDEN:
            words = f"The import store does not let us read this object ({code})."
            raise InvalidInput(words) from error
        if code in ARCHIVED:
            words = "The object lies in an archive of the store; restore it there first."
            raise InvalidInput(words) from error
        raise Unavailable(f"The import store refuses this ({code}). {KEYS}") from error
    except BotoCoreError as error:
        raise Unavailable(f"The import store does not answer. {KEYS}") from error


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", "unknown"))[:60]
