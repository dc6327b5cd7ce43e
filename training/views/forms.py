"""Forms drawn from what they ask for: a recipe's config, the project's exports and models."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import Project
from curation.models import BenchmarkVersion, Export, ExportState
from training.models import Checkpoint, Model, Run
from training.recipes import ConfigField, Recipe, config_fields
from training.services.runs import EXPORTER, MOST_DEVICES


class PartsForm(forms.Form):
    """What every run needs beside its recipe's settings."""

    name = forms.CharField(max_length=120, help_text="As it will be listed.")
    export = forms.ModelChoiceField(
        Export.objects.none(), label="Data", empty_label=None,
        help_text="A ready export of a frozen version.",
    )  # fmt: skip
    base_model = forms.ModelChoiceField(
        Model.objects.none(), label="Model", required=False,
        empty_label="that of the checkpoint it starts from",
    )  # fmt: skip
    start_from = forms.ModelChoiceField(
        Checkpoint.objects.none(), label="Start from", required=False,
        empty_label="the model as it is",
    )  # fmt: skip
    devices = forms.IntegerField(
        min_value=0, max_value=MOST_DEVICES, initial=0, label="GPUs",
        help_text="0: the processor. The run waits until so many are free.",
    )  # fmt: skip

    def __init__(self, project: Project, recipe: type[Recipe], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        exports = Export.objects.filter(
            version__dataset__project=project, state=ExportState.READY, exporter=EXPORTER
        )
        checkpoints = Checkpoint.objects.filter(run__project=project, is_pruned=False)
        # Models that runs made are gone on from by their checkpoint.
        models = Model.objects.filter(project=project, checkpoint=None)
        self._choose("export", exports.select_related("version__dataset").order_by("-pk"))
        self._choose("base_model", models.order_by("-pk"))
        self.initial.setdefault("base_model", models.order_by("-pk").first())
        self._choose("start_from", checkpoints.select_related("run").order_by("-pk"))
        if recipe.needs_start:
            self._ask_for_a_start()
        else:
            self.fields["start_from"].help_text = "Or go on from a checkpoint of another run."

    def _choose(self, name: str, rows: Any) -> None:
        field: Any = self.fields[name]
        field.queryset = rows
        field.label_from_instance = _LABELS[name]

    def _ask_for_a_start(self) -> None:
        """The checkpoint says which model it is; it also is what the new model is compared with."""
        start: Any = self.fields["start_from"]
        start.required, start.empty_label = True, None
        start.help_text = "The checkpoint to go on from. A frozen copy of it is the reference."
        del self.fields["base_model"]


def parts_of(run: Run) -> dict[str, Any]:
    """The form as this run was started."""
    return {
        "name": run.name, "export": run.export_id, "base_model": run.base_model_id,
        "start_from": run.start_from_id, "devices": run.devices,
    }  # fmt: skip


def _export_words(export: Any) -> str:
    return f"{export.version}, export {export.pk}, {export.rows:,} rows"


def _checkpoint_words(checkpoint: Any) -> str:
    which = "final" if checkpoint.is_final else f"step {checkpoint.step}"
    return f"{checkpoint.run.name} (run {checkpoint.run_id}), {which}"


_LABELS = {"export": _export_words, "base_model": str, "start_from": _checkpoint_words}


# Groups of settings that every recipe has.
COMMON = frozenset({"Model", "Data", "Optimiser", "Length", "Watching"})


class ConfigForm(forms.Form):
    """One field per setting of the recipe, in its groups; ranges come from the config's class."""

    def __init__(self, recipe: type[Recipe], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups: dict[str, list[str]] = {}
        for told in config_fields(recipe.config_class):
            self.fields[told.name] = _field(told)
            self.groups.setdefault(told.group or "Other", []).append(told.name)

    def grouped(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The groups with their bound fields, first those that this recipe has and others have not."""
        groups = sorted(self.groups.items(), key=lambda each: each[0] in COMMON)
        return [(group, [self[name] for name in names]) for group, names in groups]


def _field(told: ConfigField) -> forms.Field:
    common: dict[str, Any] = {
        "label": told.title, "help_text": told.help, "initial": told.default, "required": False
    }  # fmt: skip
    if told.choices:
        return forms.ChoiceField(choices=[(each, each) for each in told.choices], **common)
    if told.kind == "boolean":
        return forms.BooleanField(**common)
    limits: dict[str, Any] = {"min_value": told.minimum, "max_value": told.maximum}
    if told.kind == "integer":
        return forms.IntegerField(**limits, **common)
    if told.kind == "number":
        return forms.FloatField(**limits, widget=forms.NumberInput(attrs={"step": "any"}), **common)
    return forms.CharField(max_length=500, **common)


class BaseModelForm(forms.Form):
    """A folder below the models' root."""

    name = forms.CharField(max_length=120)
    folder = forms.ChoiceField(help_text="Below the models' folder of the server.")

    def __init__(self, folders: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["folder"]
        field.choices = [(folder, folder) for folder in folders]


class EvaluateForm(forms.Form):
    """Which frozen references to measure against."""

    benchmark_version = forms.ModelChoiceField(
        BenchmarkVersion.objects.none(), label="Benchmark", empty_label=None
    )
    score_candidates = forms.BooleanField(
        required=False, label="Score every rated crop, too",
        help_text="One more question for each crop; for references with rated crops.",
    )  # fmt: skip

    def __init__(self, project: Project, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["benchmark_version"]
        rows = BenchmarkVersion.objects.filter(benchmark__project=project)
        field.queryset = rows.select_related("benchmark").order_by("-pk")


class PromoteForm(forms.Form):
    """How much of the project the model may draft."""

    share = forms.FloatField(
        min_value=0, max_value=1, initial=1, label="Share of the photos",
        widget=forms.NumberInput(attrs={"step": "0.05"}), help_text="From 0 to 1, of each batch. Photos that are named one by one it gets all.",
    )  # fmt: skip
