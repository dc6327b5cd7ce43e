"""What the API shows of recipes, runs, models, evaluations and trails."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from training.engines import registry as engines
from training.models import AttemptState, EvaluationState, RunState


class RecipeReply(serializers.Serializer[Any]):
    """One way to train. ``config_schema`` is a JSON schema: each setting with title, description,
    default and range."""

    name = serializers.CharField()
    title = serializers.CharField()
    version = serializers.IntegerField()
    summary = serializers.CharField()
    reads = serializers.CharField()
    needs_start = serializers.BooleanField()
    config_schema = serializers.DictField(source="config_class.model_json_schema")


class AttemptReply(serializers.Serializer[Any]):
    """One start of the trainer; ``exit_code`` below 0 is the signal that ended it."""

    number = serializers.IntegerField()
    state = serializers.ChoiceField(AttemptState.choices)
    resumed_at_step = serializers.IntegerField()
    exit_code = serializers.IntegerField(allow_null=True)
    reason = serializers.CharField()
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class RunReply(serializers.Serializer[Any]):
    """A run in a list. ``error`` says why it failed, or what it waits for."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    recipe = serializers.CharField()
    recipe_version = serializers.CharField()
    state = serializers.ChoiceField(RunState.choices)
    phase = serializers.CharField()
    step = serializers.IntegerField()
    max_steps = serializers.IntegerField()
    error = serializers.CharField()
    export = serializers.IntegerField(source="export_id")
    base_model = serializers.IntegerField(source="base_model_id")
    start_from = serializers.IntegerField(source="start_from_id", allow_null=True)
    engine = serializers.ChoiceField(engines.choices())
    devices = serializers.IntegerField()
    is_stop_wanted = serializers.BooleanField()
    by = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)


class OneRunReply(RunReply):
    """A run with its settings and attempts; ``spec`` is what the trainer was told last."""

    config = serializers.DictField()
    spec = serializers.DictField()
    spec_hash = serializers.CharField()
    attempts = serializers.SerializerMethodField()

    def get_attempts(self, run: Any) -> list[dict[str, Any]]:
        """All starts of the trainer, the first one first."""
        return [dict(AttemptReply(row).data) for row in run.attempts.order_by("number")]


class MetricReply(serializers.Serializer[Any]):
    """One figure at one step of one attempt."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    step = serializers.IntegerField()
    attempt = serializers.IntegerField()
    value = serializers.FloatField()


class LogReply(serializers.Serializer[Any]):
    """The last lines that the trainer printed."""

    lines = serializers.ListField(child=serializers.CharField())


class CheckpointReply(serializers.Serializer[Any]):
    """Sealed weights; a pruned one is no longer there. ``digest`` is over its files."""

    id = serializers.IntegerField()
    run = serializers.IntegerField(source="run_id")
    step = serializers.IntegerField()
    digest = serializers.CharField()
    bytes = serializers.IntegerField()
    is_final = serializers.BooleanField()
    is_pruned = serializers.BooleanField()
    created_at = serializers.DateTimeField()


class ModelReply(serializers.Serializer[Any]):
    """A model. ``checkpoint`` is null for a base model; ``box_format`` is how it writes boxes."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    family = serializers.CharField()
    revision = serializers.CharField()
    box_format = serializers.CharField()
    checkpoint = serializers.IntegerField(source="checkpoint_id", allow_null=True)
    by = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()


class PromotedReply(serializers.Serializer[Any]):
    """The draft source that a promoted model is now."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    share = serializers.FloatField()
    made_from = serializers.CharField()
    is_active = serializers.BooleanField()


class EvaluationReply(serializers.Serializer[Any]):
    """``figures``: predictor (model, whole_photo, centre_90, and largest_crop where crops are rated) to
    metric to value, interval, n, ``unknown`` (why there is none), ``parts`` and ``left_out``; ``variant``: which published rule each metric follows."""

    id = serializers.IntegerField()
    model = serializers.IntegerField(source="model_id")
    benchmark_version = serializers.IntegerField(source="benchmark_version_id")
    state = serializers.ChoiceField(EvaluationState.choices)
    figures = serializers.DictField()
    variant = serializers.DictField()
    parameters = serializers.DictField()
    error = serializers.CharField()
    by = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class PredictionReply(serializers.Serializer[Any]):
    """What the model answered for one photo; ``box`` is null where the answer holds none. ``scores``
    are those of the references' rated crops, in their order, where it was asked for them."""

    id = serializers.IntegerField()
    photo = serializers.IntegerField(source="photo_id")
    text = serializers.CharField()
    box = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    scores = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    figures = serializers.DictField()
    latency_ms = serializers.IntegerField()


class TrailStepReply(serializers.Serializer[Any]):
    """One thing on a photo's trail; ``made_from`` holds the keys of what it rests on."""

    kind = serializers.CharField()
    key = serializers.CharField()
    title = serializers.CharField()
    detail = serializers.CharField()
    at = serializers.DateTimeField(allow_null=True)
    url = serializers.CharField()
    made_from = serializers.ListField(child=serializers.CharField())
