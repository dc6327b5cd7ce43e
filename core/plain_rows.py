"""Rows read and written by statements of our own, for the few paths that run with every answer.

There the ORM takes longer to compose a statement than the database to run it. Everywhere else use the ORM.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import connection
from django.db.models import Model

M = TypeVar("M", bound=Model)


class PlainRows(Generic[M]):
    """The rows of a model under a name in a statement: ``SELECT {items.columns} FROM ... AS item``.

    ``take(row, at)`` makes the instance of the columns that begin at place ``at``, as the ORM would.
    """

    def __init__(self, model: type[M], name: str) -> None:
        self.model = model
        fields = model._meta.concrete_fields
        self.columns = ", ".join(f'{name}."{field.column}"' for field in fields)
        self.width = len(fields)
        self._names = [field.attname for field in fields]
        self._converters = [
            (at, field.from_db_value)
            for at, field in enumerate(fields)
            if hasattr(field, "from_db_value")
        ]

    def take(self, row: Sequence[Any], at: int = 0) -> M:
        """The instance that these columns are."""
        values = list(row[at : at + self.width])
        for place, convert in self._converters:
            values[place] = convert(values[place], None, connection)
        return self.model.from_db(connection.alias, self._names, values)

    def first(self, statement: str, values: dict[str, Any]) -> tuple[M, Sequence[Any]] | None:
        """The instance that the statement's first row begins with, and what follows it there."""
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            row = cursor.fetchone()
        return None if row is None else (self.take(row), row[self.width :])

    def one(self, statement: str, values: dict[str, Any]) -> tuple[M, Sequence[Any]]:
        """The same of a row that is there; else ``ObjectDoesNotExist``."""
        found = self.first(statement, values)
        if found is None:
            raise ObjectDoesNotExist(f"There is no such {self.model._meta.verbose_name}.")
        return found


def insert_plain(*rows: Model) -> None:
    """Store new instances of one model, which has no parents, and give them their keys."""
    if not rows:
        return
    meta = rows[0]._meta
    fields = [field for field in meta.concrete_fields if not field.primary_key]
    values = [_prepared(field, field.pre_save(row, add=True)) for row in rows for field in fields]
    names = ", ".join(f'"{field.column}"' for field in fields)
    places = f"({', '.join(['%s'] * len(fields))})"
    statement = (
        f'INSERT INTO "{meta.db_table}" ({names}) VALUES {", ".join([places] * len(rows))} '  # noqa: S608 - our own columns
        f'RETURNING "{meta.pk.column}"'
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        keys = cursor.fetchall()
    for row, (key,) in zip(rows, keys, strict=True):
        row.pk = key
        row._state.adding = False
        row._state.db = connection.alias


def update_plain(row: Model, *names: str) -> None:
    """Store these fields of an instance."""
    meta = row._meta
    fields: list[Any] = [meta.get_field(name) for name in names]
    settings = ", ".join(f'"{field.column}" = %s' for field in fields)
    values = [_prepared(field, field.pre_save(row, add=False)) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{meta.db_table}" SET {settings} WHERE "{meta.pk.column}" = %s',  # noqa: S608 - our own columns
            [*values, row.pk],
        )


def _prepared(field: Any, value: Any) -> Any:
    return field.get_db_prep_save(value, connection=connection)
