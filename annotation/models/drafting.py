"""Who drafts, and the work of drafting: sources, batches, one request per photo."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Project
from catalog.models import Crop, Photo, Question


class DraftSource(models.Model):
    """A backend with a place and a model. ``credential`` names an environment variable, never a key.

    ``made_from`` says which promoted model it is (``model/3``). Two sources of a pipeline must
    differ; a rule-based verifier counts as different.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="draft_sources")
    name = models.CharField(max_length=120)
    backend = models.CharField(max_length=32)
    location = models.CharField(max_length=500, blank=True, default="")
    model = models.CharField(max_length=200, blank=True, default="")
    revision = models.CharField(max_length=100, blank=True, default="")
    parameters = models.JSONField(default=dict, blank=True)
    credential = models.CharField(max_length=80, blank=True, default="")
    made_from = models.CharField(max_length=96, blank=True, default="")
    share = models.FloatField(default=1.0)
    is_active = models.BooleanField(default=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "name"], name="draft_source_name"),
            models.CheckConstraint(
                condition=Q(share__gte=0, share__lte=1), name="draft_source_share"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BatchState(models.TextChoices):
    """open > done; open <> paused; open | paused > cancelled."""

    OPEN = "open", "running"
    PAUSED = "paused", "paused"
    DONE = "done", "done"
    CANCELLED = "cancelled", "cancelled"


class DraftBatch(models.Model):
    """A pipeline run over many photos. ``pipeline`` is a name of `annotation.pipelines`.

    ``committed_usd`` is what was spent and what runs have set aside, kept up to date with every
    change (`annotation.services.draft_budget`). ``dead_since`` is since when its endpoint was not
    heard of, and ``reason`` why the batch paused itself.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="draft_batches")
    pipeline = models.CharField(max_length=32)
    source = models.ForeignKey(DraftSource, on_delete=models.PROTECT, related_name="+")
    verifier = models.ForeignKey(DraftSource, on_delete=models.PROTECT, related_name="+", null=True)
    state = models.CharField(max_length=10, choices=BatchState, default=BatchState.OPEN)
    parameters = models.JSONField(default=dict, blank=True)
    max_attempts = models.PositiveSmallIntegerField(default=3)
    budget_usd = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    committed_usd = models.DecimalField(max_digits=16, decimal_places=6, default=0)
    dead_since = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, default="")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.pipeline} batch {self.pk}"

    @property
    def title(self) -> str:
        """The pipeline's name in words, such as "Crop reasoning"."""
        return self.pipeline.replace("_", " ").capitalize()


class RequestState(models.TextChoices):
    """waiting > running > drafted | rejected | failed; rejected | failed > waiting (draft again)."""

    WAITING = "waiting", "waiting"
    RUNNING = "running", "running"
    DRAFTED = "drafted", "drafted"
    REJECTED = "rejected", "rejected by the verifier"
    FAILED = "failed", "failed"
    CANCELLED = "cancelled", "cancelled"


class DraftRequest(models.Model):
    """One photo of a batch, or one crop or question of a photo; ``sample`` counts the answers that
    are wanted to the same. ``epoch`` fences claims, as for jobs; ``attempts`` counts claims."""

    batch = models.ForeignKey(DraftBatch, on_delete=models.CASCADE, related_name="requests")
    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="draft_requests")
    crop = models.ForeignKey(Crop, on_delete=models.CASCADE, null=True, related_name="+")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, null=True, related_name="+")
    sample = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=RequestState, default=RequestState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    epoch = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, default="")
    params = models.JSONField(default=dict, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "photo", "crop", "question", "sample"],
                nulls_distinct=False,
                name="draft_request_once",
            )
        ]
        indexes = [
            models.Index(fields=["batch", "state", "id"], name="draft_request_state"),
        ]

    def __str__(self) -> str:
        return f"request {self.pk} {self.state}"
