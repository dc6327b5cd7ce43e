"""Checkpoints that a run wrote, and models: named folders that can draft, be evaluated and trained."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from accounts.models import Project
from training.models.run import Run


class Checkpoint(models.Model):
    """``folder`` is relative to the runs' root; ``digest`` is over its files."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="checkpoints")
    step = models.PositiveIntegerField()
    folder = models.CharField(max_length=250)
    digest = models.CharField(max_length=64)
    bytes = models.PositiveBigIntegerField(default=0)
    is_final = models.BooleanField(default=False)
    is_pruned = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "step", "is_final"], name="checkpoint_once")
        ]

    def __str__(self) -> str:
        return f"checkpoint {self.step} of {self.run_id}"


class Model(models.Model):
    """A folder under ``MODELS_DIR`` (a base model) or a checkpoint of a run.

    ``revision`` is the digest of its files; ``box_format`` the dialect in which it writes boxes.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="models")
    name = models.CharField(max_length=120)
    folder = models.CharField(max_length=250)
    revision = models.CharField(max_length=64)
    family = models.CharField(max_length=60, blank=True, default="")
    box_format = models.CharField(max_length=16, default="percent")
    parameters_count = models.PositiveBigIntegerField(default=0)
    checkpoint = models.OneToOneField(
        Checkpoint, on_delete=models.PROTECT, null=True, related_name="model"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="model_name")]

    def __str__(self) -> str:
        return self.name
