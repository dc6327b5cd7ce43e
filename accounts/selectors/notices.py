"""A person's notices: those of no project, and of the projects they are still in."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import Notice, User
from accounts.selectors.projects import projects_of
from core.errors import NotFound

MOST_COUNTED = 99


def notices_of(person: User) -> QuerySet[Notice]:
    """All of them, newest first."""
    seen = Q(project=None) | Q(project__in=projects_of(person).values("pk"))
    return Notice.objects.filter(seen, person=person).select_related("project").order_by("-id")


def unread_of(person: User) -> QuerySet[Notice]:
    """What the person has not looked at yet, newest first."""
    return notices_of(person).filter(read_at=None)


def unread_count(person: User) -> int:
    """How many these are, counted to 99."""
    rows = unread_of(person).select_related(None).order_by()
    return rows.values("pk")[:MOST_COUNTED].count()


def notice_of(person: User, notice_id: int) -> Notice:
    """One of the person's notices, or `NotFound`."""
    found = notices_of(person).filter(pk=notice_id).first()
    if found is None:
        raise NotFound("There is no such notice of yours.")
    return found
