"""Who is in a project, and as what."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from accounts.models.project import Project


class Role(models.TextChoices):
    """One person may hold several roles in a project: one row each."""

    EXPERT = "expert", "expert"
    LEAD = "lead", "lead"
    CURATOR = "curator", "curator"
    RESEARCHER = "researcher", "researcher"


class Membership(models.Model):
    """One role of one person in one project."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "project", "role"], name="membership_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in Role]), name="membership_role"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} as {self.role} in {self.project}"
