"""Buckets as a source of imports: ``s3://bucket/folder``, below one of ``IMPORT_BUCKETS``.

A person names a bucket and a folder in it; which store that is and with which keys it is read
stands in the settings alone, so nothing that is typed becomes an address to call.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from catalog.services.archives.entry import is_skipped
from core.errors import InvalidInput, NotAllowed

if TYPE_CHECKING:
    from core.objects import ImportStore, StoredObject

SCHEME = "s3://"
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
NOT_ALLOWED = (
    "Nothing may be imported from this bucket. An administrator names the buckets and folders that "
    "may be, in IMPORT_BUCKETS."
)


@dataclass(frozen=True)
class BucketPlace:
    """A folder of a bucket; ``prefix`` is empty or ends with a slash."""

    bucket: str
    prefix: str

    def __str__(self) -> str:
        return f"{SCHEME}{self.bucket}/{self.prefix}".rstrip("/")

    @property
    def title(self) -> str:
        """The last part of its name."""
        return self.prefix.rstrip("/").rpartition("/")[2] or self.bucket

    def holds(self, other: BucketPlace) -> bool:
        """Whether ``other`` is this place or lies below it."""
        return self.bucket == other.bucket and other.prefix.startswith(self.prefix)

    @cached_property
    def _store(self) -> ImportStore:
        from core.objects import ImportStore  # a folder needs no SDK

        return ImportStore(settings.IMPORT_STORE)

    def objects(self) -> Iterator[StoredObject]:
        """Every file below it, by key; a system's own hidden files are left out."""
        for each in self._store.objects(self.bucket, self.prefix):
            if not is_skipped(self.name_of(each)):
                yield each

    def name_of(self, found: StoredObject) -> str:
        """The object's path below this place; only ever shown or compared."""
        return found.key[len(self.prefix) :]

    def fetched(self, found: StoredObject) -> AbstractContextManager[Path]:
        """The object as a local file while the block lasts."""
        return self._store.fetched(self.bucket, found.key, limit=settings.MAX_UPLOAD_BYTES)

    def fetch(self, found: StoredObject, path: Path) -> None:
        """Write the object to ``path``."""
        limit = settings.MAX_UPLOAD_BYTES
        with path.open("wb") as target:
            self._store.fetch(self.bucket, found.key, target, limit=limit)

    def check(self) -> None:
        """`InvalidInput`, `NotAllowed` or `Unavailable` when there is nothing to be had."""
        if self._store.is_empty(self.bucket, self.prefix):
            raise InvalidInput(f"There is nothing below {self}.", field="folder")


def is_bucket(place: object) -> bool:
    """Whether what was typed is meant as a folder of a bucket."""
    return str(place).lower().startswith(SCHEME)


def read_place(address: str) -> BucketPlace:
    """``s3://bucket/folder`` in parts; `InvalidInput` for anything else."""
    bucket, _, folder = address.strip()[len(SCHEME) :].partition("/")
    if not is_bucket(address.strip()) or not _BUCKET.fullmatch(bucket):
        raise InvalidInput("Write a bucket like s3://bucket/folder.", field="folder")
    parts = folder.strip("/").split("/")
    if any(part in {".", ".."} for part in parts) or "\x00" in folder:
        raise InvalidInput("A folder of a bucket has no . or .. in its name.", field="folder")
    clean = folder.strip("/")
    return BucketPlace(bucket, f"{clean}/" if clean else "")


def allowed_bucket(address: str) -> BucketPlace:
    """The place, if it lies below one of ``IMPORT_BUCKETS``."""
    place = read_place(address)
    if not any(read_place(root).holds(place) for root in settings.IMPORT_BUCKETS):
        raise NotAllowed(NOT_ALLOWED, field="folder")
    return place
