"""The views of the items list that somebody may use."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import Project, User
from annotation.models import SavedView


def views_for(person: User, project: Project) -> QuerySet[SavedView]:
    """Their own, and those that others share in the project, by name."""
    rows = SavedView.objects.filter(Q(person=person) | Q(is_shared=True), project=project)
    return rows.select_related("person").order_by("name", "pk")
