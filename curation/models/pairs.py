"""What the pair votes of a project say together, as last computed: pages read this row."""

from __future__ import annotations

from django.db import models

from accounts.models import Project


class PairFigures(models.Model):
    """``figures`` as `curation.services.pair_reporting.pair_report` makes them."""

    project = models.OneToOneField(Project, on_delete=models.CASCADE, related_name="pair_figures")
    figures = models.JSONField()
    computed_at = models.DateTimeField()  # when the votes began to be read

    def __str__(self) -> str:
        return f"{self.figures.get('votes', 0)} pair votes"
