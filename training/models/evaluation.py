"""An evaluation: one model on one benchmark version, figures beside the baselines, every prediction."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from accounts.models import Project
from catalog.models import Photo
from curation.models import BenchmarkVersion
from training.models.model import Model


class EvaluationState(models.TextChoices):
    """queued > running > done | failed."""

    QUEUED = "queued", "waiting"
    RUNNING = "running", "running"
    DONE = "done", "done"
    FAILED = "failed", "failed"


class Evaluation(models.Model):
    """``figures`` maps a predictor (model, whole_photo, centre_90, largest_crop) to metric name to
    {value, low, high, n, unknown, parts, left_out}; ``variant`` says which published rule each metric
    follows."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="evaluations")
    model = models.ForeignKey(Model, on_delete=models.PROTECT, related_name="evaluations")
    benchmark_version = models.ForeignKey(
        BenchmarkVersion, on_delete=models.PROTECT, related_name="evaluations"
    )
    state = models.CharField(max_length=8, choices=EvaluationState, default=EvaluationState.QUEUED)
    figures = models.JSONField(default=dict, blank=True)
    variant = models.JSONField(default=dict, blank=True)
    parameters = models.JSONField(default=dict, blank=True)
    error = models.TextField(blank=True, default="")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.model} on {self.benchmark_version}"


class Prediction(models.Model):
    """What the model answered for one photo; ``box`` is null where the answer held no valid box.

    ``scores`` is what it says of each rated crop of the references, in their order, where it was
    asked to; higher is better.
    """

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="predictions")
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="predictions")
    text = models.TextField(blank=True, default="")
    box = models.JSONField(null=True)
    scores = models.JSONField(null=True)
    figures = models.JSONField(default=dict, blank=True)
    latency_ms = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "photo"], name="prediction_once")
        ]

    def __str__(self) -> str:
        return f"prediction for photo {self.photo_id}"
