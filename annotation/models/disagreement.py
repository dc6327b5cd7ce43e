"""How a disagreement is raised, talked over and settled."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from annotation.models.item import Item


class FlagState(models.TextChoices):
    """open > second_round | settled; second_round > settled."""

    OPEN = "open", "open"
    SECOND_ROUND = "second_round", "second round"
    SETTLED = "settled", "settled"


class Flag(models.Model):
    """Why an item needs a talk. ``rule`` is deviation, split, unexpected, person; ``detail`` holds the
    figures."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="flags")
    rule = models.CharField(max_length=24)
    round = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=12, choices=FlagState, default=FlagState.OPEN)
    reason = models.CharField(max_length=300, blank=True, default="")
    detail = models.JSONField(default=dict, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "rule", "round"], condition=~Q(rule="person"), name="flag_once"
            )
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="flag_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} on item {self.item_id}"


class Discussion(models.Model):
    """The talk about one item."""

    item = models.OneToOneField(Item, on_delete=models.CASCADE, related_name="discussion")
    is_open = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"discussion of item {self.item_id}"


class Message(models.Model):
    """One thing said in a discussion; plain text."""

    discussion = models.ForeignKey(Discussion, on_delete=models.CASCADE, related_name="messages")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text[:60]


class Adjudication(models.Model):
    """The settled, golden record of an item: the answer that stands, who settled it and why."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="adjudications")
    answer = models.JSONField()
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="replaced_by"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"golden record of item {self.item_id}"
