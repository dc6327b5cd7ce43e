"""A region: the box that a person holds to answer a question about a photo."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from catalog.models.crop import CropOrigin
from catalog.models.words import Question


class Region(models.Model):
    """Normalised [0, 1] corners x1 y1 x2 y2 on the question's photo. Never edited: a change is a new
    row. It is no crop: nobody says that it would make a good picture.

    ``made_from`` says what it came from as a path (``response/7``), as for crops.
    """

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="regions")
    x1 = models.FloatField()
    y1 = models.FloatField()
    x2 = models.FloatField()
    y2 = models.FloatField()
    origin = models.CharField(max_length=12, choices=CropOrigin)
    note = models.TextField(blank=True, default="")
    made_from = models.CharField(max_length=96, blank=True, default="")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(x1__gte=0, y1__gte=0, x2__lte=1, y2__lte=1)
                & Q(x1__lt=F("x2"), y1__lt=F("y2")),
                name="region_inside",
            ),
            models.UniqueConstraint(
                fields=["question", "x1", "y1", "x2", "y2", "origin", "made_from"],
                name="region_once",
            ),
        ]
        indexes = [models.Index(fields=["made_from"], name="region_made_from")]

    def __str__(self) -> str:
        return f"{self.x1:.3f} {self.y1:.3f} {self.x2:.3f} {self.y2:.3f}"

    @property
    def corners(self) -> tuple[float, float, float, float]:
        """x1, y1, x2, y2, normalised."""
        return self.x1, self.y1, self.x2, self.y2
