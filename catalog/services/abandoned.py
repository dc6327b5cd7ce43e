"""Uploads that were begun and never submitted, and what crashes left half written or without owner.

The row goes first, in a transaction that a late file or the closing of the import waits for; then
its files. What a crash leaves between the two is found the next time by its folder's name.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from django.core.files.storage import FileSystemStorage, default_storage
from django.db import transaction
from django.utils import timezone

from catalog.models import PhotoImport
from core.storage import MediaStorage

STAGING = "staging"
KEPT_FOR = timedelta(days=1)


def clear_abandoned_uploads() -> dict[str, int]:
    """Remove uploads that nobody has added to for a day, with their files; how many of each."""
    before = timezone.now() - KEPT_FOR
    open_for_long = PhotoImport.objects.filter(is_closed=False, changed_at__lt=before)
    uploads = sum(_drop(pk, before) for pk in open_for_long.values_list("pk", flat=True))
    files = sum(_clear(name, before) for name in _ownerless())
    if isinstance(default_storage, MediaStorage):
        files += default_storage.clear_unfinished(before)
    return {"uploads": uploads, "files": files}


@transaction.atomic
def _drop(pk: int, before: datetime) -> bool:
    row = PhotoImport.objects.select_for_update().filter(
        pk=pk, is_closed=False, changed_at__lt=before
    )
    if not row:
        return False
    row.delete()
    return True


def _ownerless() -> Iterable[str]:
    """Staging folders of imports that are no more."""
    names: list[str] = []
    with suppress(FileNotFoundError):
        names = [name for name in default_storage.listdir(STAGING)[0] if name.isdecimal()]
    known = set(PhotoImport.objects.filter(pk__in=names).values_list("pk", flat=True))
    return [f"{STAGING}/{name}" for name in names if int(name) not in known]


def _clear(folder: str, before: datetime) -> int:
    """Delete the folder's files; an import that is being written is too young to be touched."""
    gone = 0
    for name in default_storage.listdir(folder)[1]:
        place = f"{folder}/{name}"
        if default_storage.get_modified_time(place) < before:
            default_storage.delete(place)
            gone += 1
    if isinstance(default_storage, FileSystemStorage):
        with suppress(OSError):  # it still holds something
            default_storage.delete(folder)
    return gone
