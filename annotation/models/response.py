"""What people answered. A response is never edited: a change is a new row that replaces the old."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from annotation.models.campaign import Campaign
from annotation.models.item import Assignment, Item
from catalog.models import Crop, Photo


class Response(models.Model):
    """``answer`` has the shape of the item type. ``submission_id`` comes from the client: the same
    submission twice is one response. Times are milliseconds; ``context`` holds screen facts."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="responses")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="responses")
    # The assignment's, so that hours and pace of a project need not look each answer's up.
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="responses"
    )
    round = models.PositiveSmallIntegerField(default=1)
    answer = models.JSONField()
    submission_id = models.UUIDField(unique=True)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="replaced_by"
    )
    active_ms = models.PositiveIntegerField(default=0)
    idle_ms = models.PositiveIntegerField(default=0)
    context = models.JSONField(default=dict, blank=True)
    guidelines_version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    # Known after a submit: the person's answers in the campaign, and those of today.
    counts: tuple[int, int] | None = None

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"],
                condition=models.Q(replaces__isnull=True),
                name="response_first_once",
            )
        ]
        indexes = [
            models.Index(fields=["item", "round"], name="response_item"),
            models.Index(fields=["person", "-id"], name="response_person"),
            # Hours worked: of one person, and of everybody in a period, from the index alone.
            models.Index(
                fields=["person", "created_at"],
                include=["campaign", "active_ms", "idle_ms"],
                name="response_hours_of",
            ),
            models.Index(
                fields=["campaign", "created_at"],
                include=["person", "active_ms", "idle_ms"],
                name="response_hours_in",
            ),
        ]

    def __str__(self) -> str:
        return f"response {self.pk}"


class Rating(models.Model):
    """One number of a response, as a row for statistics. ``crop`` is null when the photo was rated.

    Written with its response, deleted never: a replaced response's ratings have ``is_current`` off.
    """

    response = models.ForeignKey(Response, on_delete=models.PROTECT, related_name="ratings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="ratings")
    crop = models.ForeignKey(Crop, on_delete=models.PROTECT, null=True, related_name="ratings")
    scale = models.CharField(max_length=16)  # "1-5" or "1-10"
    value = models.FloatField()
    round = models.PositiveSmallIntegerField(default=1)
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["response", "photo", "crop"],
                name="rating_once",
                nulls_distinct=False,
            )
        ]
        indexes = [
            models.Index(
                fields=["crop", "round"],
                condition=models.Q(is_current=True, crop__isnull=False),
                name="rating_crop",
            ),
            models.Index(
                fields=["photo", "scale"],
                condition=models.Q(is_current=True),
                name="rating_photo",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value:g} on {self.scale}"


class PairVote(models.Model):
    """One comparison as a row. ``outcome`` is in terms of first and second, not of screen sides."""

    response = models.OneToOneField(Response, on_delete=models.PROTECT, related_name="pair_vote")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="pair_votes")
    first = models.ForeignKey(Crop, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Crop, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(
        max_length=8,
        choices=[
            ("first", "first"),
            ("second", "second"),
            ("tie", "tie"),
            ("neither", "neither works"),
            ("unknown", "cannot judge"),
        ],
    )
    strength = models.PositiveSmallIntegerField(default=1)
    first_on_left = models.BooleanField()
    is_current = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"{self.first_id} against {self.second_id}: {self.outcome}"


class WorkingCopy(models.Model):
    """Unfinished work, saved as the person types; ``version`` detects two windows at once.

    It belongs to the person and the item's round, not to a slot, so that it outlives a lost lease.
    """

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="working_copies")
    round = models.PositiveSmallIntegerField(default=1)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    content = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "round", "person"], name="working_copy_once")
        ]

    def __str__(self) -> str:
        return f"working copy of item {self.item_id}"
