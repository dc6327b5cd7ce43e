"""How far the experts of a project agree, as last computed: the quality page reads this row."""

from __future__ import annotations

from django.db import models

from accounts.models import Project
from curation.models.score import ScoreKind


class Agreement(models.Model):
    """Krippendorff's alpha, ordinal, over the counted votes of one kind in a project.

    ``part`` is empty for all of them; "campaign/3" for one question's, "week/202647" for those of an
    ISO week, "pair/4-7" for what two people both rated.
    ``alpha`` is null with ``unknown`` saying why; ``low`` and ``high`` are its 95 % bootstrap
    interval over items. ``n_items`` and ``n_votes`` count what alpha rests on (two votes or more),
    ``n_people`` everybody who voted.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="agreements")
    kind = models.CharField(max_length=8, choices=ScoreKind)
    part = models.CharField(max_length=48, blank=True, default="")
    method = models.CharField(max_length=32, default="krippendorff-ordinal")
    method_version = models.CharField(max_length=16, default="1")
    alpha = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    n_items = models.PositiveIntegerField(default=0)
    n_votes = models.PositiveIntegerField(default=0)
    n_people = models.PositiveIntegerField(default=0)
    unknown = models.CharField(max_length=200, blank=True, default="")
    computed_at = models.DateTimeField()  # when the votes began to be read

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "kind", "method", "part"], name="agreement_once"
            )
        ]

    def __str__(self) -> str:
        return self.unknown if self.alpha is None else f"alpha {self.alpha:.2f}"
