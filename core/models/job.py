"""Background work as a row: the database is the truth, a message is only a wake-up."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q


class JobState(models.TextChoices):
    """Allowed moves: queued > running > succeeded | failed | cancelled; running > queued (lost)."""

    QUEUED = "queued", "waiting"
    RUNNING = "running", "running"
    SUCCEEDED = "succeeded", "done"
    FAILED = "failed", "failed"
    CANCELLED = "cancelled", "cancelled"


ENDED = (JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED)


class Job(models.Model):
    """One piece of background work.

    ``epoch`` counts claims: a worker that lost its lease holds an old epoch and every write it
    tries is refused. ``subject`` and ``scope`` are paths (``photoimport/7``, ``project/3``).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=64)
    queue = models.CharField(max_length=16, default="default")
    state = models.CharField(max_length=12, choices=JobState, default=JobState.QUEUED)
    scope = models.CharField(max_length=64, blank=True, default="")
    subject = models.CharField(max_length=96, blank=True, default="")
    params = models.JSONField(default=dict, blank=True)
    result = models.JSONField(default=dict, blank=True)
    key = models.CharField(max_length=128, null=True, blank=True)  # noqa: DJ001 - null: no key
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    message = models.CharField(max_length=300, blank=True, default="")
    error = models.TextField(blank=True, default="")
    epoch = models.PositiveIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=3)
    cancel_requested = models.BooleanField(default=False)
    leased_by = models.CharField(max_length=96, blank=True, default="")
    lease_until = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # A running job does not count: it may have read before the change that asks for another.
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=Q(key__isnull=False, state="queued"),
                name="job_one_waiting_per_key",
            ),
        ]
        indexes = [
            models.Index(
                fields=["state", "lease_until"],
                condition=Q(state__in=["queued", "running"]),
                name="job_open",
            ),
            models.Index(fields=["scope", "-created_at"], name="job_scope"),
            models.Index(fields=["subject", "-created_at"], name="job_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will happen to this job."""
        return self.state in ENDED
