"""What the last fit of the primary score says of the scale and of each person who rated on it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from accounts.models import Project
from curation.models.score import ScoreKind


class ScaleFit(models.Model):
    """One group of raters and things linked by common votes, as the primary score was fitted to it.

    Scores of two groups cannot be compared: nobody rated in both. ``unknown`` says why a group
    carries no primary scores.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="scale_fits")
    kind = models.CharField(max_length=8, choices=ScoreKind)
    group = models.PositiveIntegerField(default=0)
    n_items = models.PositiveIntegerField()
    n_raters = models.PositiveIntegerField()
    parameters = models.JSONField()  # of measures.statistics.primary.Component
    unknown = models.CharField(max_length=200, blank=True, default="")
    method_version = models.CharField(max_length=16)
    computed_at = models.DateTimeField()  # when the votes began to be read

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "kind", "group"], name="scale_fit_once_per_group"
            )
        ]

    def __str__(self) -> str:
        return f"{self.n_raters} raters on {self.n_items} things"


class RaterFigures(models.Model):
    """One person's habits on one scale, from the votes that count.

    ``bias`` is how many grades above the panel the person votes, ``inconsistency`` the spread of a
    vote around the score; null with ``unknown`` saying why. ``without`` says how the scores would
    move if the person's votes were left out (measures.statistics.leaving_out.LeftOut); empty where
    it is not known. ``grades`` counts each grade given, ``course`` tells how the votes went in time
    (curation.services.courses).
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="rater_figures")
    kind = models.CharField(max_length=8, choices=ScoreKind)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="rater_figures"
    )
    fit = models.ForeignKey(ScaleFit, on_delete=models.CASCADE, related_name="raters")
    n = models.PositiveIntegerField()
    bias = models.FloatField(null=True)
    inconsistency = models.FloatField(null=True)
    unknown = models.CharField(max_length=200, blank=True, default="")
    without = models.JSONField(default=dict, blank=True)
    grades = models.JSONField(default=dict, blank=True)
    course = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "kind", "person"], name="rater_figures_once")
        ]

    def __str__(self) -> str:
        return self.unknown if self.bias is None else f"bias {self.bias:+.2f}"
