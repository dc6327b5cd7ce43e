"""What a P.910 or BT.500 style report says of one scale of a project, as last computed."""

from __future__ import annotations

from django.db import models

from accounts.models import Project
from curation.models.score import ScoreKind


class ProtocolReport(models.Model):
    """``figures`` as `curation.services.reporting.report_on` makes them."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="reports")
    kind = models.CharField(max_length=8, choices=ScoreKind)
    figures = models.JSONField()
    computed_at = models.DateTimeField()  # when the votes began to be read

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "kind"], name="protocol_report_once")
        ]

    def __str__(self) -> str:
        return f"report on {self.get_kind_display()}"
