"""A crop: a box on a photo, with where it came from and what it is worth."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from catalog.models.photo import Photo


class CropOrigin(models.TextChoices):
    """Who or what drew the box. Never shown to an expert before the answer."""

    EXPERT = "expert", "expert"
    MODEL = "model", "model"
    GRID = "grid", "grid"
    RANDOM_BAD = "random_bad", "random bad"
    IMPORTED = "imported", "imported"


class CropLabel(models.TextChoices):
    """Known polarity of a crop."""

    GOOD = "good", "good"
    BAD = "bad", "bad"
    UNKNOWN = "unknown", "unknown"


class Crop(models.Model):
    """Normalised [0, 1] corners x1 y1 x2 y2 on the upright photo. Never edited: a change is a new row.

    ``made_from`` says what it came from as a path (``draft/12``, ``response/7``, ``prediction/3``)
    so that the trail can be followed without this room knowing the others. ``rule`` says how a box
    was generated (name, version, seed), where a generator drew it.
    """

    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="crops")
    x1 = models.FloatField()
    y1 = models.FloatField()
    x2 = models.FloatField()
    y2 = models.FloatField()
    origin = models.CharField(max_length=12, choices=CropOrigin)
    label = models.CharField(max_length=8, choices=CropLabel, default=CropLabel.UNKNOWN)
    rationale = models.TextField(blank=True, default="")
    ratio = models.CharField(max_length=16, blank=True, default="")
    made_from = models.CharField(max_length=96, blank=True, default="")
    rule = models.JSONField(default=dict, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(x1__gte=0, y1__gte=0, x2__lte=1, y2__lte=1)
                & Q(x1__lt=F("x2"), y1__lt=F("y2")),
                name="crop_inside",
            ),
            models.UniqueConstraint(
                fields=["photo", "x1", "y1", "x2", "y2", "origin", "made_from"], name="crop_once"
            ),
        ]
        indexes = [models.Index(fields=["made_from"], name="crop_made_from")]

    def __str__(self) -> str:
        return f"{self.x1:.3f} {self.y1:.3f} {self.x2:.3f} {self.y2:.3f}"

    @property
    def corners(self) -> tuple[float, float, float, float]:
        """x1, y1, x2, y2, normalised."""
        return self.x1, self.y1, self.x2, self.y2
