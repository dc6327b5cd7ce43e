"""By what lists may be narrowed: an allow list per resource."""

from __future__ import annotations

import django_filters

from training.models import EvaluationState, RunState
from training.recipes import registry as recipes


class RunFilter(django_filters.FilterSet):
    """By state, recipe, export and base model."""

    state = django_filters.ChoiceFilter(choices=RunState.choices)
    recipe = django_filters.ChoiceFilter(choices=recipes.choices)
    export = django_filters.NumberFilter(field_name="export_id")
    base_model = django_filters.NumberFilter(field_name="base_model_id")


class MetricFilter(django_filters.FilterSet):
    """By the figure's name, such as ``loss``."""

    name = django_filters.CharFilter(max_length=60)


class CheckpointFilter(django_filters.FilterSet):
    """By run; only final ones; only those that are kept."""

    run = django_filters.NumberFilter(field_name="run_id")
    is_final = django_filters.BooleanFilter()
    is_pruned = django_filters.BooleanFilter()


class ModelFilter(django_filters.FilterSet):
    """By run; ``is_base=true`` for those that no run made."""

    run = django_filters.NumberFilter(field_name="checkpoint__run_id")
    is_base = django_filters.BooleanFilter(field_name="checkpoint", lookup_expr="isnull")


class EvaluationFilter(django_filters.FilterSet):
    """By model, benchmark version and state."""

    model = django_filters.NumberFilter(field_name="model_id")
    benchmark_version = django_filters.NumberFilter(field_name="benchmark_version_id")
    state = django_filters.ChoiceFilter(choices=EvaluationState.choices)
