"""The audit log of a project: who did what, when, to what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from django.db.models import QuerySet

from accounts.models import Project, User
from core.models import AuditEntry


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
        rows = rows.filter(at__gte=_midnight(asked.first, asked.zone))
    if asked.last:
        rows = rows.filter(at__lt=_midnight(asked.last + timedelta(days=1), asked.zone))
    return rows


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone)


def verbs_of(project: Project) -> list[str]:
    """Every verb that occurs in the project's log."""
    rows = AuditEntry.objects.filter(scope=project.scope).order_by("verb")
    return list(rows.values_list("verb", flat=True).distinct())


def actors_of(project: Project) -> list[User]:
    """Everybody who did something in the project, by name; also those who have left it."""
    ids = AuditEntry.objects.filter(scope=project.scope).values("actor_id").distinct()
    return list(User.objects.filter(pk__in=ids).order_by("name", "email"))
