"""A run: one recipe on one export with one frozen spec; its attempts, metrics and device slots."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Project
from curation.models import Export


class RunState(models.TextChoices):
    """queued > preparing > running > succeeded | failed | cancelled; running > cancelling >
    cancelled; running | cancelling > queued (its attempt was lost or stopped: a new one follows);
    failed | cancelled > queued (resumed by a person)."""

    QUEUED = "queued", "waiting"
    PREPARING = "preparing", "preparing"
    RUNNING = "running", "running"
    CANCELLING = "cancelling", "stopping"
    SUCCEEDED = "succeeded", "done"
    FAILED = "failed", "failed"
    CANCELLED = "cancelled", "stopped"


OPEN_STATES = (RunState.QUEUED, RunState.PREPARING, RunState.RUNNING, RunState.CANCELLING)


class Run(models.Model):
    """``spec`` is the frozen JSON given to the trainer, ``spec_hash`` its SHA-256.

    ``start_from`` is the checkpoint of another run that this one continues (DPO on SFT).
    ``folder`` is relative to the runs' root. ``is_stop_wanted`` is how a page asks to cancel.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="runs")
    name = models.CharField(max_length=120)
    recipe = models.CharField(max_length=32)
    recipe_version = models.CharField(max_length=16, blank=True, default="")
    export = models.ForeignKey(Export, on_delete=models.PROTECT, related_name="runs")
    base_model = models.ForeignKey("training.Model", on_delete=models.PROTECT, related_name="runs")
    start_from = models.ForeignKey(
        "training.Checkpoint", on_delete=models.PROTECT, null=True, related_name="continued_by"
    )
    config = models.JSONField(default=dict)
    spec = models.JSONField(default=dict)
    spec_hash = models.CharField(max_length=64, blank=True, default="")
    engine = models.CharField(max_length=16, default="local")
    devices = models.PositiveSmallIntegerField(default=0)  # accelerators asked for; 0: CPU
    state = models.CharField(max_length=12, choices=RunState, default=RunState.QUEUED)
    phase = models.CharField(max_length=60, blank=True, default="")
    is_stop_wanted = models.BooleanField(default=False)
    step = models.PositiveIntegerField(default=0)
    max_steps = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True, default="")
    folder = models.CharField(max_length=200, blank=True, default="")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["project", "-id"], name="run_newest")]

    def __str__(self) -> str:
        return self.name


class AttemptState(models.TextChoices):
    """starting > running > succeeded | failed | stopped | lost."""

    STARTING = "starting", "starting"
    RUNNING = "running", "running"
    SUCCEEDED = "succeeded", "done"
    FAILED = "failed", "failed"
    STOPPED = "stopped", "stopped"
    LOST = "lost", "lost"


class Attempt(models.Model):
    """One start of the trainer. ``ref`` is the engine's handle (pid, start time, boot id), by which a
    new supervisor takes the process over; ``events_offset`` is how far its events were read."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=AttemptState, default=AttemptState.STARTING)
    ref = models.JSONField(default=dict, blank=True)
    resumed_at_step = models.PositiveIntegerField(default=0)
    events_offset = models.PositiveBigIntegerField(default=0)
    exit_code = models.IntegerField(null=True)
    reason = models.TextField(blank=True, default="")
    started_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="attempt_number"),
            models.UniqueConstraint(
                fields=["run"],
                condition=Q(state__in=["starting", "running"]),
                name="attempt_one_alive",
            ),
        ]

    def __str__(self) -> str:
        return f"attempt {self.number} of run {self.run_id}"


class Metric(models.Model):
    """One figure at one step; unique, so that reading an event twice stores it once."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="metrics")
    attempt = models.PositiveSmallIntegerField()
    step = models.PositiveIntegerField()
    name = models.CharField(max_length=60)
    value = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "name", "step", "attempt"], name="metric_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.value:g} at {self.step}"


class WatchedAnswer(models.Model):
    """What the model answered for one held-out row at one step; ``image`` is its path in the export.
    A later attempt's answer for the same step replaces the earlier one."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="watched_answers")
    step = models.PositiveIntegerField()
    image = models.CharField(max_length=200)
    wanted = models.TextField(blank=True, default="")
    answer = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "step", "image"], name="watched_answer_once")
        ]

    def __str__(self) -> str:
        return f"answer at {self.step} of run {self.run_id}"


class DeviceSlot(models.Model):
    """One accelerator of one host, claimed before use, so that drafting and training never fight."""

    host = models.CharField(max_length=120)
    index = models.PositiveSmallIntegerField()
    holder = models.CharField(max_length=96, blank=True, default="")  # run/3, job/<id>
    lease_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["host", "index"], name="device_slot")]

    def __str__(self) -> str:
        return f"{self.host}:{self.index}"
