"""A campaign's guidelines in versions. A version is never edited; a change is a new version."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from annotation.models.campaign import Campaign
from catalog.models import Photo


class GuidelinesVersion(models.Model):
    """The words of one version; its examples are rows."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="guidelines_versions"
    )
    version = models.PositiveIntegerField()
    text = models.TextField(blank=True, default="")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "version"], name="guidelines_version_once")
        ]

    def __str__(self) -> str:
        return f"guidelines {self.version} of campaign {self.campaign_id}"


class GuidelinesExample(models.Model):
    """A photo, or the part of it in ``box`` (x1, y1, x2, y2 from 0 to 1), that shows what is meant."""

    guidelines = models.ForeignKey(
        GuidelinesVersion, on_delete=models.CASCADE, related_name="examples"
    )
    place = models.PositiveSmallIntegerField()
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="+")
    box = models.JSONField(null=True)
    words = models.CharField(max_length=500)
    is_good = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["guidelines", "place"], name="guidelines_example_place")
        ]
        ordering = ["place"]

    def __str__(self) -> str:
        return self.words


class GuidelinesRead(models.Model):
    """A person read a version and confirmed it."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    version = models.PositiveIntegerField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "person", "version"], name="guidelines_read_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} read version {self.version}"
