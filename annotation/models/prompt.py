"""A project's own wording of a step's prompt. Never edited: another wording is another row."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Project


class Prompt(models.Model):
    """``text`` is a whole template, as in `inference.prompts`; ``hash`` its sha256, as drafts carry it.

    At most one row of a project and step is active; with none the installation's own wording is
    used. Switching one off or on changes no draft that was made. ``previewed_at`` is when it was
    first seen rendered on a real photo, without which it cannot be used.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="prompts")
    step = models.CharField(max_length=80)
    number = models.PositiveIntegerField()
    text = models.TextField()
    hash = models.CharField(max_length=64)
    note = models.CharField(max_length=300, blank=True, default="")
    is_active = models.BooleanField(default=False)
    previewed_at = models.DateTimeField(null=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "step", "number"], name="prompt_number"),
            models.UniqueConstraint(
                fields=["project", "step"], condition=Q(is_active=True), name="prompt_active"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.number}"
