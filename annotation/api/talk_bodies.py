"""What the endpoints of disagreement take and give: words, second rounds, golden records, outcomes."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from annotation.flag_rules import ROUND_REASONS, SETTLE_REASONS, WAYS
from core.web.bodies import StrictSerializer


class AnchorBody(StrictSerializer):
    """What a thread is about: a ``box`` on the photo, normalised; or a ``sentence`` of the text
    ``where``, of the draft or of the answer ``response_id``. Neither: the photo as a whole."""

    box = serializers.ListField(
        child=serializers.FloatField(), min_length=4, max_length=4, required=False, default=None,
        allow_null=True,
    )  # fmt: skip
    where = serializers.CharField(required=False, default="", allow_blank=True, max_length=24)
    sentence = serializers.CharField(required=False, default="", allow_blank=True, max_length=5_000)
    response_id = serializers.IntegerField(required=False, allow_null=True, default=None)


class MessageBody(StrictSerializer):
    """Something said in a discussion: a new thread, or with ``reply_to`` an answer to one."""

    text = serializers.CharField(max_length=5_000)
    anchor = AnchorBody(required=False, allow_null=True, default=None)
    reply_to = serializers.IntegerField(required=False, allow_null=True, default=None)


class SecondRoundBody(StrictSerializer):
    """What the same people are asked, blind, and why."""

    question = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=500,
        help_text="Shown to them; it must not tell what anybody answered.",
    )  # fmt: skip
    reason_code = serializers.ChoiceField(
        choices=list(ROUND_REASONS.items()), required=False, default="other"
    )


class SettleBody(StrictSerializer):
    """The answer that stands, in the stored shape, or the response whose answer it is."""

    answer = serializers.JSONField(required=False, default=None)
    response_id = serializers.IntegerField(required=False, allow_null=True, default=None)
    reason = serializers.CharField(max_length=300)
    reason_code = serializers.ChoiceField(
        choices=list(SETTLE_REASONS.items()), required=False, default="other"
    )
    how = serializers.ChoiceField(
        choices=[(way, way) for way in WAYS], required=False, default="written",
        help_text="How an answer was made; of a response_id: picked.",
    )  # fmt: skip
    parents = serializers.ListField(
        child=serializers.IntegerField(), required=False, default=list, max_length=100,
        help_text="Responses that the answer was made of.",
    )  # fmt: skip
    with_draft = serializers.BooleanField(
        required=False, default=False, help_text="It was made of the draft, too."
    )


class MessageReply(serializers.Serializer[Any]):
    """One thing said; authors are letters, or lead. ``reply_to``: the message that began the thread,
    which may have an ``anchor``."""

    id = serializers.IntegerField()
    reply_to = serializers.IntegerField(allow_null=True)
    anchor = serializers.DictField()
    is_resolved = serializers.BooleanField()
    author = serializers.CharField()
    text = serializers.CharField()
    created_at = serializers.DateTimeField()


class RecordReply(serializers.Serializer[Any]):
    """The golden record: how and of which responses it was made, and why it stands."""

    id = serializers.IntegerField(source="pk")
    how = serializers.CharField()
    # The schema learns the kind of the ids from ``pk_field``.
    parents = serializers.PrimaryKeyRelatedField(  # type: ignore[var-annotated]
        many=True, read_only=True, pk_field=serializers.IntegerField()
    )
    draft = serializers.IntegerField(source="draft_id", allow_null=True)
    reason_code = serializers.CharField()
    reason = serializers.CharField()
    created_at = serializers.DateTimeField()


class OutcomeReply(serializers.Serializer[Any]):
    """An own answer against the record that stands: words, overlap, grades and texts that differ."""

    response = serializers.IntegerField()
    discussion = serializers.IntegerField(allow_null=True)
    campaign = serializers.IntegerField()
    mine = serializers.CharField()
    stands = serializers.CharField()
    agrees = serializers.BooleanField(allow_null=True)
    iou = serializers.FloatField(allow_null=True)
    grades = serializers.ListField(child=serializers.DictField())
    texts = serializers.ListField(child=serializers.DictField())
    reason = serializers.CharField()
    reason_code = serializers.CharField()
    settled_at = serializers.DateTimeField()
