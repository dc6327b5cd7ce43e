"""Emptying the tables after a test that commits, in milliseconds.

Django's own way truncates every table and announces a migration, a quarter of a second a test; here
only tables with rows are emptied, and what migrations announce (content types, permissions) stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import TransactionTestCase

KEPT = {"django_migrations", "django_content_type", "auth_permission"}


@pytest.fixture(scope="session", autouse=True)
def quick_emptying() -> Iterator[None]:
    """Takes the place of Django's flush for this session."""
    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: empty_tables())
    yield
    patch.undo()


def empty_tables() -> None:
    """Delete all rows; guards against deletion do not hold here, as with TRUNCATE."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_question(connection.alias))
        names = [row[0] for row in cursor.fetchall()]
        if names:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(";".join(f"DELETE FROM {_quoted(name)}" for name in names))  # noqa: S608 - names of our own tables


def end_connections() -> None:
    """Let nobody else be connected: a thread that served a page may still be ending."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@cache
def _question(_alias: str) -> str:
    """Which tables have rows, asked in one query."""
    names = set(connection.introspection.django_table_names()) - KEPT
    return " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {_quoted(name)})"  # noqa: S608 - as above
        for name in sorted(names)
    )


def _quoted(name: Any) -> str:
    return connection.ops.quote_name(str(name))
