"""A benchmark: a frozen hold-out of photos; its versions freeze the references to measure against."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from accounts.models import Project
from annotation.models import Campaign
from catalog.models import Photo


class Benchmark(models.Model):
    """Drawn at random by likeness group with a seed; frozen when drawn. Its photos and whatever
    looks like them never reach a training export."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="benchmarks")
    name = models.CharField(max_length=120)
    seed = models.BigIntegerField()
    share = models.FloatField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="benchmark_name")]

    def __str__(self) -> str:
        return self.name


class BenchmarkPhoto(models.Model):
    """One held-out photo with the hash and group key it had when drawn."""

    benchmark = models.ForeignKey(Benchmark, on_delete=models.CASCADE, related_name="members")
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="benchmark_places")
    content_hash = models.CharField(max_length=64)
    group_key = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["benchmark", "photo"], name="benchmark_photo_once")
        ]
        indexes = [models.Index(fields=["group_key"], name="benchmark_group")]

    def __str__(self) -> str:
        return f"photo {self.photo_id} in {self.benchmark_id}"


class BenchmarkVersion(models.Model):
    """The references of a benchmark at one moment, frozen under a digest. ``campaign``: the
    cross-review that agreed on them, by that rule."""

    benchmark = models.ForeignKey(Benchmark, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    rule = models.CharField(max_length=24)  # see RULES of the service
    digest = models.CharField(max_length=64)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["benchmark", "number"], name="benchmark_version_number")
        ]

    def __str__(self) -> str:
        return f"{self.benchmark} v{self.number}"


class Reference(models.Model):
    """The boxes (normalised, a list of four-number lists) that count as right on one photo.

    ``rated`` holds, by the rule ``rated``, every rated crop in the order in which they came: objects
    of ``box``, ``score``, ``n``, ``method`` and ``crop``, our row's number.
    """

    version = models.ForeignKey(
        BenchmarkVersion, on_delete=models.CASCADE, related_name="references"
    )
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="+")
    boxes = models.JSONField()
    rated = models.JSONField(default=list, blank=True)
    made_from = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "photo"], name="reference_once")]

    def __str__(self) -> str:
        return f"reference of photo {self.photo_id}"
