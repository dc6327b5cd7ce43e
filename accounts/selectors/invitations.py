"""Invitations: which are open, and which one a link belongs to."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Invitation, Project, User


def open_invitations(project: Project | None = None) -> QuerySet[Invitation]:
    """Those that can still be accepted, newest first; of one project if it is given."""
    rows = Invitation.objects.filter(
        accepted_at=None, revoked_at=None, expires_at__gt=timezone.now()
    )
    if project is not None:
        rows = rows.filter(project=project)
    return rows.select_related("project", "invited_by").order_by("-id")


def invitation_with(secret_hash: str) -> Invitation | None:
    """The open invitation whose secret has this hash."""
    return open_invitations().filter(secret_hash=secret_hash).first()


def account_of(email: str) -> User | None:
    """The account with this address, if there is one."""
    return User.objects.filter(email=email.strip().lower()).first()
