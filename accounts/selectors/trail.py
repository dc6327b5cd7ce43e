"""The audit log of a project: who did what, when, to what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from accounts.models import Project, User
from core.models import AuditEntry

# Each value once, by a look into the index for each: a log of a million entries has a few dozen verbs.
EACH = """
WITH RECURSIVE seen AS (
    (SELECT {column} AS value FROM core_auditentry
     WHERE scope = %(scope)s AND {column} IS NOT NULL ORDER BY {column} LIMIT 1)
    UNION ALL
    SELECT (SELECT {column} FROM core_auditentry
            WHERE scope = %(scope)s AND {column} > seen.value ORDER BY {column} LIMIT 1)
    FROM seen WHERE seen.value IS NOT NULL
)
SELECT value FROM seen WHERE value IS NOT NULL
"""
# Ids grow with time, but for entries that are written at once.
SLACK = timedelta(hours=1)


@dataclass(frozen=True)
class Asked:
    """What is looked for. ``target`` is the path of an object, ``first`` and ``last`` are days of
    ``zone``, both included."""

    verb: str = ""
    person_id: int | None = None
    target: str = ""
    first: date | None = None
    last: date | None = None
    zone: tzinfo = UTC


def entries_of(project: Project, asked: Asked | None = None) -> QuerySet[AuditEntry]:
    """Entries of the project, newest first, of one verb, person, object and time if they are given."""
    asked = asked or Asked()
    rows = AuditEntry.objects.filter(scope=project.scope).select_related("actor").order_by("-id")
    if asked.verb:
        rows = rows.filter(verb=asked.verb)
    if asked.person_id is not None:
        rows = rows.filter(actor_id=asked.person_id)
    if asked.target:
        rows = rows.filter(target=asked.target)
    if asked.first:
        rows = since(rows, project, _midnight(asked.first, asked.zone))
    if asked.last:
        rows = until(rows, project, _midnight(asked.last + timedelta(days=1), asked.zone))
    return rows


def since(rows: QuerySet[AuditEntry], project: Project, moment: datetime) -> QuerySet[AuditEntry]:
    """Those from this moment on. Older ids are left out, too: the list goes by id, and would read on
    to the first entry of all."""
    older = AuditEntry.objects.filter(scope=project.scope, at__lt=_moved(moment, -SLACK)).order_by(
        "-at"
    )
    last = older.values_list("pk", flat=True).first()
    rows = rows.filter(at__gte=moment)
    return rows if last is None else rows.filter(pk__gt=last)


def until(rows: QuerySet[AuditEntry], project: Project, moment: datetime) -> QuerySet[AuditEntry]:
    """Those before this moment, without newer ids."""
    newer = AuditEntry.objects.filter(scope=project.scope, at__gte=_moved(moment, SLACK)).order_by(
        "at"
    )
    first = newer.values_list("pk", flat=True).first()
    rows = rows.filter(at__lt=moment)
    return rows if first is None else rows.filter(pk__lt=first)


def _moved(moment: datetime, by: timedelta) -> datetime:
    try:
        return moment + by
    except OverflowError:  # the first or the last hour of all
        return moment


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone)


def verbs_of(project: Project) -> list[str]:
    """Every verb that occurs in the project's log."""
    return _each("verb", project)


def actors_of(project: Project) -> list[User]:
    """Everybody who did something in the project, by name; also those who have left it."""
    ids = _each("actor_id", project)
    return list(User.objects.filter(pk__in=ids).order_by("name", "email"))


def _each(column: str, project: Project) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(EACH.format(column=column), {"scope": project.scope})
        return [row[0] for row in cursor.fetchall()]
