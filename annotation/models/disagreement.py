"""How a disagreement is raised, talked over and settled."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from annotation.flag_rules import RULES
from annotation.models.campaign import Campaign
from annotation.models.draft import Draft
from annotation.models.item import Item
from annotation.models.response import Response


class FlagState(models.TextChoices):
    """open > second_round | settled; second_round > settled."""

    OPEN = "open", "open"
    SECOND_ROUND = "second_round", "second round"
    SETTLED = "settled", "settled"


class Flag(models.Model):
    """Why an item needs a talk. ``rule`` is one of `annotation.flag_rules.RULES`; ``detail`` holds the
    figures. ``campaign`` repeats the item's for the lists of flags."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="flags")
    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, db_index=False, related_name="+"
    )
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
            models.Index(fields=["campaign", "state", "-id"], name="flag_in_state"),
            models.Index(fields=["campaign", "rule", "-id"], name="flag_of_rule"),
            models.Index(fields=["state", "-id"], name="flag_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} on item {self.item_id}"

    @property
    def title(self) -> str:
        """The rule in words."""
        return RULES.get(self.rule, self.rule)


class Discussion(models.Model):
    """The talk about one item."""

    item = models.OneToOneField(Item, on_delete=models.CASCADE, related_name="discussion")
    is_open = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"discussion of item {self.item_id}"


class SecondRound(models.Model):
    """Why the same people were asked again, and what the lead asked them."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="second_rounds")
    round = models.PositiveSmallIntegerField()
    question = models.CharField(max_length=500, blank=True, default="")
    reason_code = models.CharField(max_length=16)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "round"], name="second_round_once")]

    def __str__(self) -> str:
        return f"round {self.round} of item {self.item_id}"


class Adjudication(models.Model):
    """The settled, golden record of an item: the answer that stands, who settled it and why.

    ``parents`` are the answers that it was made of, ``draft`` the draft if words or boxes of it were
    kept; ``how`` it was made of them and ``reason_code`` are listed in `annotation.flag_rules`.
    """

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="adjudications")
    answer = models.JSONField()
    how = models.CharField(max_length=12, default="written", db_default="written")
    parents = models.ManyToManyField(Response, blank=True, related_name="golden_children")
    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, null=True, related_name="+")
    reason_code = models.CharField(max_length=16, default="other", db_default="other")
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="replaced_by"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"golden record of item {self.item_id}"


class Message(models.Model):
    """One thing said in a discussion; plain text.

    A message without ``reply_to`` begins a thread. ``anchor`` says what of the photo or of a text it
    is about, see `annotation.anchors`; empty for the whole item. ``about`` is the golden record to
    which somebody replies after settling, once.
    """

    discussion = models.ForeignKey(Discussion, on_delete=models.CASCADE, related_name="messages")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    anchor = models.JSONField(default=dict, blank=True)
    reply_to = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, related_name="replies"
    )
    about = models.ForeignKey(
        Adjudication, on_delete=models.PROTECT, null=True, related_name="replies"
    )
    mentions = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["about", "author"], condition=Q(about__isnull=False),
                name="one_reply_to_a_golden_record",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.text[:60]
