"""Items, and the slots in which experts answer them.

No item can go to more people than its overlap (or its campaign's most answers, see
`annotation.services.stopping`): each of its slots is one `Assignment` row, taken by one conditional
UPDATE, and a person appears once per item and round.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from annotation.models.campaign import Campaign
from annotation.models.draft import Draft
from annotation.models.session import WorkSession
from catalog.models import Crop, Photo


class ItemState(models.TextChoices):
    """open > answered > settled; answered > flagged > open (second round) | settled; open <> aside."""

    OPEN = "open", "open"
    ANSWERED = "answered", "answered"
    FLAGGED = "flagged", "in discussion"
    SETTLED = "settled", "settled"
    ASIDE = "aside", "set aside"  # by a lead: nobody is asked, until it is taken up again


class ItemPurpose(models.TextChoices):
    """Why somebody is asked. Only answers to work become ratings, votes, crops and samples."""

    WORK = "work", "work"
    REPEAT = "repeat", "repeat"  # an item that its person has answered before
    GOLD = "gold", "gold"  # an item that is settled, to somebody who has not answered it
    TRAINING = "training", "training"  # a known answer, shown after the person's own
    WARMUP = "warmup", "warm-up"  # a first answer that is not counted


class Item(models.Model):
    """One thing to do in a campaign; what it is about: a photo, a draft, crops in `ItemCrop`.

    ``subject_key`` makes adding subjects idempotent; ``payload`` holds what the item type adds.
    ``stopped`` says why a campaign that asks until scores are known asked no further. ``answers`` counts
    those of the present round, for the lead's list.
    A repeat or gold item is a copy of another for one person, and nothing on a page tells it apart.
    So is a warm-up; a training item says that it is one, and only a lead's own is no copy.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="items")
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="items")
    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, null=True, related_name="items")
    purpose = models.CharField(
        max_length=8, choices=ItemPurpose, default=ItemPurpose.WORK, db_default=ItemPurpose.WORK
    )
    copy_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="copies")
    subject_key = models.CharField(max_length=120)
    payload = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=ItemState, default=ItemState.OPEN)
    round = models.PositiveSmallIntegerField(default=1)
    answers = models.PositiveSmallIntegerField(default=0, db_default=0)
    priority = models.IntegerField(default=0)
    order_key = models.BigIntegerField(default=0)
    stopped = models.CharField(max_length=200, blank=True, default="", db_default="")
    scores_due = models.BooleanField(default=False)  # set by submit, cleared by the scores job
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "subject_key"], name="item_subject_once")
        ]
        indexes = [
            models.Index(fields=["campaign", "state", "id"], name="item_by_state"),
            # How far campaigns are, from the index alone.
            models.Index(
                fields=["campaign", "state"], condition=Q(purpose="work"), name="item_progress"
            ),
            # The lead's list of work: newest first, by answers, and by priority.
            models.Index(
                fields=["campaign", "-id"], condition=Q(purpose="work"), name="item_of_campaign"
            ),
            models.Index(
                fields=["campaign", "answers", "-id"],
                condition=Q(purpose="work"),
                name="item_by_answers",
            ),
            models.Index(
                fields=["campaign", "-priority", "-id"],
                condition=Q(purpose="work"),
                name="item_by_priority",
            ),
            models.Index(fields=["campaign"], condition=Q(scores_due=True), name="item_scores_due"),
            # The copies, which no count of items has.
            models.Index(fields=["campaign"], condition=~Q(purpose="work"), name="item_copies"),
        ]

    def __str__(self) -> str:
        return f"item {self.pk}"


class ItemCrop(models.Model):
    """A crop shown in an item; ``place`` is its order in the item, not on anybody's screen."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="item_crops")
    crop = models.ForeignKey(Crop, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "place"], name="item_crop_place"),
            models.UniqueConstraint(fields=["item", "crop"], name="item_crop_once"),
        ]
        ordering = ["place"]

    def __str__(self) -> str:
        return f"crop {self.crop_id} in item {self.item_id}"


class AssignmentState(models.TextChoices):
    """free > leased > submitted; leased > free when skipped, given back or run out; free <> aside,
    with its item."""

    FREE = "free", "free"
    LEASED = "leased", "leased"
    SUBMITTED = "submitted", "submitted"
    ASIDE = "aside", "set aside"


class Assignment(models.Model):
    """One slot of an item in a round, and one person's lease on it.

    ``presentation`` stores what this person was shown where (random sides, random places, seed),
    so that the session can be re-created. ``campaign``, ``priority`` and ``order_key`` repeat the
    item's for the claim's index; in a session ``order_key`` is the place in it.
    ``reserved_for`` keeps the slot for one person: of a second round, a copy, or a ``session``; a free
    slot of a session that is nobody's yet waits.
    ``lost_by`` is whose lease ran out before the present holder took the slot.
    """

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="assignments")
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    slot = models.PositiveSmallIntegerField()
    round = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=AssignmentState, default=AssignmentState.FREE)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="assignments"
    )
    reserved_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+"
    )
    session = models.ForeignKey(
        WorkSession, on_delete=models.RESTRICT, null=True, related_name="assignments"
    )
    lost_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    priority = models.IntegerField(default=0)
    order_key = models.BigIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    presentation = models.JSONField(default=dict, blank=True)

    # Known after a claim: whether the holder has unfinished work on the item.
    has_working_copy: bool | None = None

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "round", "slot"], name="assignment_slot"),
            models.UniqueConstraint(
                fields=["item", "round", "person"],
                condition=Q(person__isnull=False),
                name="assignment_person_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["free", "aside"], person__isnull=True)
                | Q(state__in=["leased", "submitted"], person__isnull=False),
                name="assignment_held_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                "campaign",
                F("priority").desc(),
                "order_key",
                "id",
                condition=Q(state="free", reserved_for__isnull=True, session__isnull=True),
                name="assignment_shared",
            ),
            models.Index(
                "reserved_for",
                "campaign",
                F("priority").desc(),
                "order_key",
                "id",
                condition=Q(state="free", reserved_for__isnull=False),
                name="assignment_kept",
            ),
            models.Index(
                fields=["campaign", "lease_until"],
                condition=Q(state="leased"),
                name="assignment_leased",
            ),
            models.Index(fields=["person", "campaign", "-submitted_at"], name="assignment_person"),
            # The lead's list of items that somebody answered.
            models.Index(
                fields=["campaign", "person", "-item"],
                condition=Q(state="submitted"),
                name="assignment_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"slot {self.slot} of item {self.item_id}"


class Skip(models.Model):
    """A person passed over an item, with the reason; the claim will not offer it to them again."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="skips")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    round = models.PositiveSmallIntegerField(default=1)
    reason = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "person", "round"], name="skip_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} skipped item {self.item_id}"
