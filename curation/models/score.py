"""A score: a statistic over responses, always with n, interval and how it was computed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import Project
from catalog.models import Crop, Photo


class ScoreKind(models.TextChoices):
    """What was rated: a crop 1-5, or a photo 1-10."""

    CROP = "crop", "crop, 1 to 5"
    PHOTO = "photo", "photo, 1 to 10"


class Score(models.Model):
    """One current figure per thing and method; overwritten when responses arrive (aggregate).

    ``low`` and ``high`` are the 95 % interval; null with ``unknown`` saying why.  ``rank`` is the
    crop's place among its photo's crops, 1 the best, ties share the lowest number.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="scores")
    kind = models.CharField(max_length=8, choices=ScoreKind)
    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="scores")
    crop = models.ForeignKey(Crop, on_delete=models.CASCADE, null=True, related_name="scores")
    method = models.CharField(max_length=24, default="mos")
    method_version = models.CharField(max_length=16, default="1")
    value = models.FloatField()
    n = models.PositiveIntegerField()
    sd = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    unknown = models.CharField(max_length=200, blank=True, default="")
    rank = models.PositiveIntegerField(null=True)
    is_provisional = models.BooleanField(default=False)
    computed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "photo", "crop", "method"],
                name="score_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(kind="photo", crop__isnull=True) | Q(kind="crop", crop__isnull=False),
                name="score_of_crop_or_photo",
            ),
        ]
        indexes = [models.Index(fields=["project", "kind", "-value"], name="score_best")]

    def __str__(self) -> str:
        return f"{self.value:.2f} (n {self.n})"
