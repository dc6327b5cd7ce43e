"""What the endpoints of training take."""

from __future__ import annotations

from rest_framework import serializers

from core.web.bodies import StrictSerializer
from training.services.runs import MOST_DEVICES


class RunBody(StrictSerializer):
    """A new run. ``config`` holds the settings that differ from the recipe's own; ``base_model`` may
    be left out where ``start_from``, a checkpoint of another run, says it."""

    name = serializers.CharField(max_length=120)
    recipe = serializers.CharField(max_length=32)
    export = serializers.IntegerField(min_value=1)
    base_model = serializers.IntegerField(min_value=1, required=False, allow_null=True)
    start_from = serializers.IntegerField(min_value=1, required=False, allow_null=True)
    config = serializers.DictField(required=False, default=dict)
    devices = serializers.IntegerField(
        min_value=0, max_value=MOST_DEVICES, required=False, default=0
    )
    engine = serializers.CharField(max_length=16, required=False, default="local")


class BaseModelBody(StrictSerializer):
    """A folder below the models' folder of the server."""

    name = serializers.CharField(max_length=120)
    folder = serializers.CharField(max_length=250)


class NameBody(StrictSerializer):
    """What the new model is called."""

    name = serializers.CharField(max_length=120)


class PromoteBody(StrictSerializer):
    """The share of the project's photos that the model may draft, 0 to 1."""

    share = serializers.FloatField(min_value=0, max_value=1, required=False, default=1.0)


class EvaluationBody(StrictSerializer):
    """Which model on which frozen references. ``score_candidates``: the model also says how likely it
    finds each rated crop of them, one question a crop."""

    model = serializers.IntegerField(min_value=1)
    benchmark_version = serializers.IntegerField(min_value=1)
    score_candidates = serializers.BooleanField(required=False, default=False)
