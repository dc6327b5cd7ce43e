"""Where people stand in a campaign: training before work, limits, guidelines they have confirmed."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from annotation.models.campaign import Campaign
from annotation.models.item import Item


class TrainingItem(models.Model):
    """An item with a known answer, for training: a golden record of the project, or an item of the
    campaign that a lead answers. ``answer`` is a copy, so that a later record changes no training;
    null while the lead has not answered. Retired ones are given to nobody else."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="training_items")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    answer = models.JSONField(null=True)
    words = models.CharField(max_length=1_000, blank=True, default="")
    is_retired = models.BooleanField(default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "item"], name="training_item_once")
        ]

    def __str__(self) -> str:
        return f"training item {self.item_id}"


class Stage(models.TextChoices):
    """training > passed | failed; failed > training when a lead allows another try."""

    TRAINING = "training", "in training"
    FAILED = "failed", "not passed"
    PASSED = "passed", "passed"


class Participation(models.Model):
    """One person in one campaign: the claim asks this row alone. Written at the first claim.

    ``stage``, ``attempt`` and ``round`` say where the training stands, ``passed_in`` in which campaign
    it was passed. The session and the day are counted at each answer, in the person's time zone.
    ``guidelines_version`` is the latest that the person confirmed or began under.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="participations")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    stage = models.CharField(max_length=8, choices=Stage, default=Stage.PASSED)
    attempt = models.PositiveSmallIntegerField(default=1)
    round = models.PositiveSmallIntegerField(default=1)
    changed_at = models.DateTimeField(null=True)  # of the stage
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    reason = models.CharField(max_length=300, blank=True, default="")
    passed_in = models.ForeignKey(Campaign, on_delete=models.SET_NULL, null=True, related_name="+")
    guidelines_version = models.PositiveIntegerField(default=0)
    session_ms = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(null=True)  # of the last answer
    day = models.DateField(null=True)
    day_items = models.PositiveIntegerField(default=0)
    day_ms = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "person"], name="participation_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in campaign {self.campaign_id}"


class TrainingRound(models.Model):
    """A finished round of somebody's training, with its figures. Never edited."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    attempt = models.PositiveSmallIntegerField()
    round = models.PositiveSmallIntegerField()
    items = models.PositiveSmallIntegerField()
    agreeing = models.PositiveSmallIntegerField()
    pass_mark = models.FloatField()
    is_passed = models.BooleanField()
    guidelines_version = models.PositiveIntegerField()
    finished_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "person", "attempt", "round"], name="training_round_once"
            )
        ]

    def __str__(self) -> str:
        return f"round {self.round}: {self.agreeing} of {self.items}"
