"""Saving selections of photos, renaming and deleting them. What is in one never changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from accounts.models import Project, User
from catalog.models import Photo, SavedSelection, SelectedPhoto
from core import audit
from core.errors import Conflict, InvalidInput

LONGEST_NAME = 120
LONGEST_WORDS = 2_000
NO_PHOTO = "No photo is like this, so there is nothing to save."


@transaction.atomic
def save_selection(
    *, project: Project, name: str, photos: QuerySet[Photo], made_by: Mapping[str, Any],
    words: str = "", by: User | None,
) -> SavedSelection:  # fmt: skip
    """Keep these photos of the project as a list; one statement, however many there are.

    ``made_by`` is the filter they were found by, ``words`` the same for people.
    """
    row = SavedSelection(
        project=project, name=_checked_name(name), made_by=dict(made_by), words=words[:LONGEST_WORDS],
        by=by,
    )  # fmt: skip
    _write(row)
    chosen = photos.filter(project=project).order_by().values("pk").query
    try:
        sql, values = chosen.sql_with_params()
    except EmptyResultSet:
        raise InvalidInput(NO_PHOTO, field="filter") from None
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {SelectedPhoto._meta.db_table} (selection_id, photo_id) "  # noqa: S608 - the ORM's own statement
            f"SELECT DISTINCT %s::bigint, chosen.id FROM ({sql}) AS chosen(id)",
            [row.pk, *values],
        )
        row.photo_count = cursor.rowcount
    if not row.photo_count:
        raise InvalidInput(NO_PHOTO, field="filter")
    row.save(update_fields=["photo_count"])
    _record(by, "selection.save", row, photos=row.photo_count)
    return row


@transaction.atomic
def rename_selection(*, selection: SavedSelection, name: str, by: User | None) -> SavedSelection:
    """Give it another name; what is in it stays."""
    selection.name = _checked_name(name)
    _write(selection)
    _record(by, "selection.rename", selection)
    return selection


@transaction.atomic
def delete_selection(*, selection: SavedSelection, by: User | None) -> None:
    """Forget the list. Photos, and campaigns made from it, stay."""
    _record(by, "selection.delete", selection)
    selection.delete()


def _write(row: SavedSelection) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Conflict(f"There is a selection called {row.name!r} already.", field="name") from None


def _checked_name(name: str) -> str:
    text = name.strip()
    if not text or len(text) > LONGEST_NAME:
        raise InvalidInput(
            f"Give the selection a name of 1 to {LONGEST_NAME} characters.", field="name"
        )
    return text


def _record(by: User | None, verb: str, row: SavedSelection, **more: Any) -> None:
    audit.record(
        actor=by, verb=verb, scope=row.project.scope, target=f"selection/{row.pk}", name=row.name,
        **more,
    )  # fmt: skip
