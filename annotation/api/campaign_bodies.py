"""What the endpoints of campaigns and of their running take and give, as the schema shows it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from annotation.item_types import registry
from annotation.models import CampaignState, Distribution
from core.web.bodies import StrictSerializer


class CampaignBody(StrictSerializer):
    """A new campaign. ``settings`` has the shape of the item type; ``pool`` holds ids of people."""

    name = serializers.CharField(max_length=120)
    item_type = serializers.ChoiceField(choices=registry.choices())
    overlap = serializers.IntegerField(min_value=1, max_value=50)
    settings = serializers.DictField(required=False, default=dict)
    guidelines = serializers.CharField(required=False, allow_blank=True, default="")
    pool = serializers.ListField(
        child=serializers.IntegerField(), required=False, default=list, max_length=1_000
    )
    lease_s = serializers.IntegerField(required=False, default=900)
    order_seed = serializers.IntegerField(required=False, allow_null=True, default=None)
    gold_share = serializers.FloatField(
        required=False, default=0.0, help_text="Of settled items that each person meets, 0 to 0.3."
    )
    repeat_share = serializers.FloatField(
        required=False, default=0.0, help_text="Of items that each person meets again, 0 to 0.3."
    )
    flag_rules = serializers.DictField(
        required=False, default=dict,
        help_text="What differs from the defaults: deviation (grades), iou (0.6), verdicts (true), "
        "preference (0.6), gold (true).",
    )  # fmt: skip
    session_count = serializers.IntegerField(
        required=False, default=0, help_text="Sessions of one person each; 0 for one shared queue."
    )
    block_count = serializers.IntegerField(
        required=False,
        default=0,
        help_text="Blocks that each session takes in an order of its own.",
    )

    conduct = serializers.DictField(
        required=False, default=dict,
        help_text="Training before work, limits, guidelines: see `annotation.conduct`.",
    )  # fmt: skip


class GuidelinesBody(StrictSerializer):
    """New words of the guidelines."""

    guidelines = serializers.CharField(allow_blank=True, max_length=50_000)


class SelectionBody(StrictSerializer):
    """Which photos to take subjects from: all ready ones, these, or those of a saved selection; at most
    ``limit`` photos."""

    photo_ids = serializers.ListField(
        child=serializers.IntegerField(), required=False, allow_null=True, default=None,
        max_length=100_000,
    )  # fmt: skip
    limit = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=1_000_000
    )
    selection = serializers.IntegerField(
        required=False, allow_null=True, default=None, help_text="A saved selection of photos."
    )


class CampaignReply(serializers.Serializer[Any]):
    """A campaign as its lead sees it."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    item_type = serializers.CharField()
    state = serializers.ChoiceField(CampaignState.choices)
    overlap = serializers.IntegerField()
    lease_s = serializers.IntegerField()
    settings = serializers.DictField()
    guidelines = serializers.CharField()
    guidelines_version = serializers.IntegerField()
    order_seed = serializers.IntegerField()
    gold_share = serializers.FloatField()
    repeat_share = serializers.FloatField()
    flag_rules = serializers.DictField()
    conduct = serializers.DictField()
    distribution = serializers.ChoiceField(Distribution.choices)
    session_count = serializers.IntegerField()
    block_count = serializers.IntegerField()
    selection = serializers.IntegerField(source="selection_id", allow_null=True)
    # The schema learns the kind of the ids from ``pk_field``: there is no model to look it up in.
    pool = serializers.PrimaryKeyRelatedField(  # type: ignore[var-annotated]
        many=True, read_only=True, pk_field=serializers.IntegerField()
    )
    created_at = serializers.DateTimeField()


class StoppingReply(serializers.Serializer[Any]):
    """Items that are done and asked for ``least`` to ``most`` answers; ``early``: items that needed
    fewer than the most, ``answers``: how many answers that saved."""

    least = serializers.IntegerField()
    most = serializers.IntegerField()
    half_width = serializers.FloatField()
    ended = serializers.IntegerField()
    early = serializers.IntegerField()
    answers = serializers.IntegerField()


class CampaignProgressReply(serializers.Serializer[Any]):
    """Items by state and slots by state; ``stopping`` where the campaign stops item by item."""

    items = serializers.DictField(child=serializers.IntegerField())
    submitted = serializers.IntegerField()
    leased = serializers.IntegerField()
    expired = serializers.IntegerField()
    slots = serializers.IntegerField()
    open_flags = serializers.IntegerField()
    stopping = StoppingReply(allow_null=True)


class AddedReply(serializers.Serializer[Any]):
    """How many items were new."""

    added = serializers.IntegerField()


class PersonReply(serializers.Serializer[Any]):
    """One person's part in a campaign; seconds are active time."""

    person = serializers.CharField()
    submitted = serializers.IntegerField()
    last_hour = serializers.IntegerField()
    held = serializers.IntegerField()
    median_s = serializers.FloatField(allow_null=True)
    idle_share = serializers.FloatField(allow_null=True)
    first_at = serializers.DateTimeField(allow_null=True)
    last_at = serializers.DateTimeField(allow_null=True)


class SessionReply(serializers.Serializer[Any]):
    """A session: whose it is, and how far. A session without a person waits."""

    number = serializers.IntegerField()
    person = serializers.IntegerField(source="person_id", allow_null=True)
    items = serializers.IntegerField()
    answered = serializers.IntegerField()
    held = serializers.IntegerField()


class SessionsReply(serializers.Serializer[Any]):
    """``design``: figures of the plan."""

    design = serializers.DictField()
    sessions = SessionReply(many=True)


class GiveBody(StrictSerializer):
    """Whose the session is to be; nobody's with null."""

    person = serializers.IntegerField(allow_null=True)


class DealtReply(serializers.Serializer[Any]):
    """How many sessions were given to somebody."""

    given = serializers.IntegerField()


class LeaseReply(serializers.Serializer[Any]):
    """An item in somebody's hands."""

    assignment = serializers.IntegerField(source="pk")
    item = serializers.IntegerField(source="item_id")
    person = serializers.IntegerField(source="person_id")
    since = serializers.DateTimeField(source="claimed_at")
    until = serializers.DateTimeField(source="lease_until")
    is_expired = serializers.BooleanField()


class PaceReply(serializers.Serializer[Any]):
    """Answers of a day and what they come to; ``not_known`` says why there is no forecast."""

    answers_a_day = serializers.FloatField(allow_null=True)
    days_seen = serializers.IntegerField()
    left = serializers.IntegerField()
    days_left = serializers.FloatField(allow_null=True)
    days_least = serializers.FloatField(allow_null=True)
    days_most = serializers.FloatField(allow_null=True)
    hours_spent = serializers.FloatField()
    hours_left = serializers.FloatField(allow_null=True)
    not_known = serializers.CharField()
