"""The audit log of a project: who did what, when, to what."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import Project, User
from core.models import AuditEntry


def entries_of(
    project: Project, *, verb: str = "", person_id: int | None = None
) -> QuerySet[AuditEntry]:
    """Entries of the project, newest first, of one verb and one person if they are given."""
    rows = AuditEntry.objects.filter(scope=project.scope).select_related("actor").order_by("-id")
    if verb:
        rows = rows.filter(verb=verb)
    if person_id is not None:
        rows = rows.filter(actor_id=person_id)
    return rows


def verbs_of(project: Project) -> list[str]:
    """Every verb that occurs in the project's log."""
    rows = AuditEntry.objects.filter(scope=project.scope).order_by("verb")
    return list(rows.values_list("verb", flat=True).distinct())


def actors_of(project: Project) -> list[User]:
    """Everybody who did something in the project, by name; also those who have left it."""
    ids = AuditEntry.objects.filter(scope=project.scope).values("actor_id").distinct()
    return list(User.objects.filter(pk__in=ids).order_by("name", "email"))
