"""Projects as one person sees them."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from accounts.models import Project, User
from accounts.roles import roles_of
from core.errors import NotFound


def projects_of(user: User | AnonymousUser) -> QuerySet[Project]:
    """The projects the person is in; an administrator is in all of them."""
    if not isinstance(user, User) or not user.is_active:
        return Project.objects.none()
    if user.is_administrator:
        return Project.objects.all()
    return Project.objects.filter(memberships__user=user).distinct()


def project_for(user: User | AnonymousUser, slug: str) -> Project:
    """The project, or `NotFound`: the same words whether it is missing or not theirs."""
    project = Project.objects.filter(slug=slug).first()
    if project is None or not roles_of(user, project):
        raise NotFound("There is no such project, or you are not in it.")
    return project
