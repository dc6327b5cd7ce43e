"""What the endpoints of training, standings and guidelines take and give."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from annotation.services.deciding import ACTS
from core.web.bodies import StrictSerializer


class ExampleBody(StrictSerializer):
    """A photo, or the part of it in ``box`` (x1, y1, x2, y2 from 0 to 1), that is good or bad."""

    photo = serializers.IntegerField(min_value=1)
    words = serializers.CharField(max_length=500)
    is_good = serializers.BooleanField()
    box = serializers.ListField(
        child=serializers.FloatField(), min_length=4, max_length=4, required=False,
        allow_null=True, default=None,
    )  # fmt: skip


class GuidelinesVersionBody(StrictSerializer):
    """A new version. Without ``examples`` those of the present version stay."""

    text = serializers.CharField(allow_blank=True, max_length=50_000)
    examples = serializers.ListField(
        child=ExampleBody(), required=False, allow_null=True, default=None, max_length=40
    )


class ConfirmBody(StrictSerializer):
    """Which version the caller has read."""

    version = serializers.IntegerField(min_value=1)


class TrainingItemsBody(StrictSerializer):
    """Golden items by id, or the newest ``golden`` ones; or photos whose subjects the caller answers."""

    item_ids = serializers.ListField(
        child=serializers.IntegerField(), required=False, allow_null=True, default=None,
        max_length=200,
    )  # fmt: skip
    golden = serializers.IntegerField(required=False, default=0, min_value=0, max_value=200)
    photo_ids = serializers.ListField(
        child=serializers.IntegerField(), required=False, allow_null=True, default=None,
        max_length=200,
    )  # fmt: skip


class TrainingItemBody(StrictSerializer):
    """Words shown with the reference; a retired item is given to nobody else."""

    words = serializers.CharField(required=False, allow_blank=True, max_length=1_000)
    is_retired = serializers.BooleanField(required=False)


class DecideBody(StrictSerializer):
    """``pass`` lets the person work, ``again`` gives another try, ``reset`` begins anew."""

    person = serializers.IntegerField(min_value=1)
    act = serializers.ChoiceField(choices=[(act, act) for act in ACTS])
    reason = serializers.CharField(max_length=300)


class ExampleReply(serializers.Serializer[Any]):
    """One example."""

    id = serializers.IntegerField(source="pk")
    photo = serializers.IntegerField(source="photo_id")
    box = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    words = serializers.CharField()
    is_good = serializers.BooleanField()


class GuidelinesVersionReply(serializers.Serializer[Any]):
    """One version of the guidelines."""

    version = serializers.IntegerField()
    text = serializers.CharField()
    by = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    examples = ExampleReply(many=True)


class ShownExampleReply(serializers.Serializer[Any]):
    """An example as an expert sees it."""

    url = serializers.CharField()
    words = serializers.CharField()
    is_good = serializers.BooleanField()


class ShownGuidelinesReply(serializers.Serializer[Any]):
    """The present guidelines; ``unread``: they must be confirmed before more work, and ``before`` is
    the text the caller worked under, if any."""

    version = serializers.IntegerField()
    text = serializers.CharField()
    examples = ShownExampleReply(many=True)
    unread = serializers.BooleanField()
    before = serializers.CharField(allow_null=True)
    before_version = serializers.IntegerField(allow_null=True)


class TrainingItemReply(serializers.Serializer[Any]):
    """A training item; ``answer`` in the stored shape, null until the lead has answered it."""

    id = serializers.IntegerField(source="pk")
    item = serializers.IntegerField(source="item_id")
    photo = serializers.IntegerField(source="item.photo_id")
    answer = serializers.JSONField(allow_null=True)
    words = serializers.CharField()
    is_retired = serializers.BooleanField()


class RoundReply(serializers.Serializer[Any]):
    """A finished round of training."""

    attempt = serializers.IntegerField()
    round = serializers.IntegerField()
    items = serializers.IntegerField()
    agreeing = serializers.IntegerField()
    pass_mark = serializers.FloatField()
    is_passed = serializers.BooleanField()
    guidelines_version = serializers.IntegerField()
    finished_at = serializers.DateTimeField()


class StandingReply(serializers.Serializer[Any]):
    """One person's training in a campaign; ``confirmed``: the guidelines they confirmed last."""

    id = serializers.IntegerField(source="person.pk")
    person = serializers.CharField()
    stage = serializers.CharField()
    since = serializers.DateTimeField(allow_null=True)
    answered = serializers.IntegerField()
    confirmed = serializers.IntegerField(allow_null=True)
    rounds = RoundReply(many=True)


class TrainingPlaceReply(serializers.Serializer[Any]):
    """Where in the training an item stands."""

    round = serializers.IntegerField()
    rounds = serializers.IntegerField()
    place = serializers.IntegerField()
    of = serializers.IntegerField()


class ShownAnswerReply(serializers.Serializer[Any]):
    """An answer in words, with its boxes and longer texts."""

    words = serializers.CharField()
    boxes = serializers.ListField(child=serializers.ListField(child=serializers.FloatField()))
    texts = serializers.DictField(child=serializers.CharField())


class RoundResultReply(serializers.Serializer[Any]):
    """What a finished round of training came to."""

    round = serializers.IntegerField()
    rounds = serializers.IntegerField()
    items = serializers.IntegerField()
    agreeing = serializers.IntegerField()
    pass_mark = serializers.FloatField()
    is_passed = serializers.BooleanField()
    words = serializers.CharField()


class FeedbackReply(serializers.Serializer[Any]):
    """One's own answer beside the reference, and the lead's words why."""

    agrees = serializers.BooleanField()
    yours = ShownAnswerReply()
    reference = ShownAnswerReply()
    why = serializers.CharField()
    result = RoundResultReply(allow_null=True)


class StopReply(serializers.Serializer[Any]):
    """Why no more is given now; ``again_s``: seconds until it may be asked again."""

    why = serializers.CharField()
    words = serializers.CharField()
    again_s = serializers.IntegerField(allow_null=True)
