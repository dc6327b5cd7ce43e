"""How the drafts of a project fare, counted in the background so that its page opens at once."""

from __future__ import annotations

from django.db import models

from accounts.models import Project


class DraftQuality(models.Model):
    """``figures`` as `annotation.figures` has them. The ids are those of the newest rows that were
    counted: newer ones make it out of date."""

    project = models.OneToOneField(Project, on_delete=models.CASCADE, related_name="draft_quality")
    figures = models.JSONField(default=dict)
    last_draft = models.BigIntegerField(default=0)
    last_verdict = models.BigIntegerField(default=0)
    last_outcome = models.BigIntegerField(default=0)
    computed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"draft quality of project {self.project_id}"
