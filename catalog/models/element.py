"""A composition element of a photo: one of CADB's thirteen classes with its geometry."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from catalog.models.photo import Photo


class CompositionElement(models.Model):
    """``name`` is a class of `measures.geometry`; ``points`` a flat list of normalised coordinates."""

    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="elements")
    name = models.CharField(max_length=24)
    points = models.JSONField(default=list)
    origin = models.CharField(max_length=12)
    made_from = models.CharField(max_length=96, blank=True, default="")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name
