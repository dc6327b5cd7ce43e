"""Unfinished work, kept on the server as the person types."""

from __future__ import annotations

import json
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from annotation.models import Assignment, WorkingCopy
from core.errors import Conflict, InvalidInput, TooLarge
from inference.visible import visible_data

LARGEST = 256 * 1024
ELSEWHERE = "You changed this item in another window since. Choose which version to keep."


@transaction.atomic
def save_working_copy(
    *, assignment: Assignment, person: User, content: object, version: int
) -> int:
    """Store the content over ``version`` (0: there is none yet) and return the new version.

    A copy belongs to the person and the item, not to the slot: it survives a lease that ran out.
    `Conflict` holds the stored content and its version when another window saved in between.
    """
    if not isinstance(content, dict):
        raise InvalidInput("A working copy is an object.", field="content")
    if len(json.dumps(content)) > LARGEST:
        raise TooLarge("The working copy is over 256 KiB.", field="content")
    kept: dict[str, Any] = visible_data(content)
    mine: dict[str, Any] = {
        "item_id": assignment.item_id, "round": assignment.round, "person": person,
    }  # fmt: skip
    if _store(mine, kept, version):
        return version + 1
    stored = WorkingCopy.objects.filter(**mine).first()
    theirs = stored.content if stored else None
    now_at = stored.version if stored else 0
    raise Conflict(ELSEWHERE, code="working_copy", detail={"theirs": theirs, "version": now_at})


def working_copy_of(assignment: Assignment, person: User) -> WorkingCopy | None:
    """What the person left unfinished on this item and round."""
    return WorkingCopy.objects.filter(
        item_id=assignment.item_id, round=assignment.round, person=person
    ).first()


def _store(mine: dict[str, Any], content: dict[str, Any], version: int) -> bool:
    if version == 0:
        row = WorkingCopy(**mine, content=content)
        # Nothing is inserted where another window was first; then the id stays unset.
        WorkingCopy.objects.bulk_create([row], ignore_conflicts=True)
        return WorkingCopy.objects.filter(**mine, version=1, content=content).exists()
    return bool(
        WorkingCopy.objects.filter(**mine, version=version).update(
            content=content, version=F("version") + 1, updated_at=timezone.now()
        )
    )
