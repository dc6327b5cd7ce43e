"""Forms of the draft pages: a new batch, a new source of each backend, the project's defaults."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings

from accounts.models import Project, User
from annotation.models import DraftKind, DraftSource
from annotation.pipelines import PIPELINES, pipeline_of
from annotation.selectors.draft_photos import NARROWED_BY, SCOPES, Choice
from annotation.selectors.draft_sources import active_sources, default_sources, model_folders
from annotation.services.sources import rules_source
from annotation.views.parameter_fields import ParametersForm, parameter_forms
from core.errors import ReframeError
from measures.boxes.text import BoxText

RULES = "rules"
RULES_LABEL = "Rules (built in, no model)"
PARAMETER = "parameter_"


class NewBatchForm(forms.Form):
    """Which photos, drafted by what and checked by what."""

    pipeline = forms.ChoiceField(
        choices=[(each.name, each.title) for each in PIPELINES.values()],
        widget=forms.RadioSelect,
        initial="guidance",
        label="What to draft",
    )
    source = forms.ChoiceField(label="Drafted by", help_text="Asked about every photo.")
    verifier = forms.ChoiceField(label="Checked by", help_text="Another model, or the rules.")
    photos = forms.ChoiceField(
        choices=list(SCOPES.items()), widget=forms.RadioSelect, initial="missing"
    )
    q = forms.CharField(required=False, max_length=80, label="Words of title or author")
    licence = forms.CharField(required=False, max_length=200)
    alike = forms.ChoiceField(
        required=False, label="Near-duplicates",
        choices=[("", "With and without"), ("true", "Only photos that look like another"),
                 ("false", "Only photos that stand alone")],
    )  # fmt: skip
    group = forms.IntegerField(
        required=False, min_value=1, label="Group of near-duplicates",
        help_text="Its number, from the photo's page.",
    )  # fmt: skip
    photo_ids = forms.CharField(
        required=False, max_length=20_000, label="Only these photos",
        help_text="Numbers of photos, with commas.",
    )  # fmt: skip
    limit = forms.IntegerField(
        required=False, min_value=1, label="At most so many photos", help_text="The newest first."
    )
    max_attempts = forms.IntegerField(
        min_value=1, max_value=10, initial=3, label="Tries of each",
        help_text="A failure that may pass (a busy or unreachable endpoint) is tried again.",
    )  # fmt: skip
    budget_usd = forms.DecimalField(
        required=False, min_value=0.01, max_digits=9, decimal_places=2, label="Budget, US dollars",
        help_text="Reaching it ends the batch. Needs sources with prices.",
    )  # fmt: skip

    def __init__(self, project: Project, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project = project
        self.parameter_forms = parameter_forms(
            str(self["pipeline"].value()), args[0] if args else None
        )
        self.sources = list(active_sources(project))
        choices: list[tuple[object, str]] = [(row.pk, row.name) for row in self.sources]
        if not any(row.backend == RULES for row in self.sources):
            choices.append((RULES, RULES_LABEL))
        drafter, verifier = default_sources(project)
        for name, default in (("source", drafter), ("verifier", verifier)):
            field = self.fields[name]
            field.choices = choices  # type: ignore[attr-defined]
            field.initial = default.pk if default else self._rules_choice()

    def _rules_choice(self) -> object:
        return next((row.pk for row in self.sources if row.backend == RULES), RULES)

    def clean_photo_ids(self) -> tuple[int, ...] | None:
        """Numbers with commas or spaces between them; none is None."""
        words = self.cleaned_data["photo_ids"].replace(",", " ").split()
        wrong = [word for word in words if not (word.isascii() and word.isdigit())]
        if wrong:
            raise forms.ValidationError(f"{wrong[0][:40]!r} is not the number of a photo.")
        return tuple(int(word) for word in words) or None

    def kind(self) -> DraftKind:
        """The kind of draft that the chosen pipeline makes."""
        return pipeline_of(self.cleaned_data["pipeline"]).kind

    def choice(self) -> Choice:
        """The photos as they were chosen."""
        values = self.cleaned_data
        filters = {name: str(values[name]) for name in NARROWED_BY if values[name]}
        return Choice(values["photos"], filters, values["photo_ids"], values["limit"])

    def is_valid(self) -> bool:
        """With the parameters of the chosen pipeline; those of the others are ignored."""
        told = self._told()
        return super().is_valid() and (told is None or told.is_valid())

    def parameters(self) -> dict[str, Any]:
        """Sampling, and what else the pipeline can be told, as far as it was given."""
        told = self._told()
        return dict(told.cleaned_data) if told is not None else {}

    def add_problem(self, error: ReframeError) -> None:
        """Put the words beside the field at fault, which may be one of the pipeline's own."""
        told = self._told()
        if told is not None and error.field in told.fields:
            told.add_error(error.field, str(error))
        self.add_error(error.field if error.field in self.fields else None, str(error))

    def _told(self) -> ParametersForm | None:
        return next((each for each in self.parameter_forms if each.is_bound), None)

    def cards(self) -> list[dict[str, Any]]:
        """The pipelines to choose from, with what each is asked about."""
        chosen = str(self["pipeline"].value())
        return [{"pipeline": each, "is_chosen": each.name == chosen} for each in PIPELINES.values()]

    def chosen(self, name: str, by: User) -> DraftSource:
        """The source behind a choice; the built-in one is made when it is used first."""
        return self.known(name) or rules_source(project=self.project, by=by)

    def known(self, name: str) -> DraftSource | None:
        """The same without making one."""
        value = self.cleaned_data[name]
        return next((row for row in self.sources if str(row.pk) == value), None)


class SourceForm(forms.Form):
    """What every source has; each backend's form adds its own."""

    name = forms.CharField(
        max_length=120, help_text="How drafts of this source are called on the pages."
    )
    parameters: tuple[str, ...] = ()
    intro = "It measures each photo and puts the figures into words. It has no settings."

    def settings(self) -> dict[str, Any]:
        """The fields of `set_source` from what was entered."""
        values = {key: value for key, value in self.cleaned_data.items() if value not in (None, "")}
        given = {name: values.pop(name) for name in self.parameters if name in values}
        return {**values, "parameters": given}

    def add_problem(self, error: ReframeError) -> None:
        """Put the words beside the field at fault; ``parameters.top_p`` is the field top_p."""
        field = error.field.removeprefix("parameters.")
        self.add_error(field if field in self.fields else None, str(error))


class _Sampled(SourceForm):
    """Sampling, for models."""

    temperature = forms.FloatField(required=False, min_value=0, max_value=2, initial=0)
    top_p = forms.FloatField(required=False, min_value=0.01, max_value=1, initial=1, label="Top-p")
    max_tokens = forms.IntegerField(
        required=False, min_value=1, max_value=32_768, initial=1024, label="Longest answer, tokens"
    )


class EndpointForm(_Sampled):
    """An OpenAI-compatible endpoint."""

    parameters = (
        "temperature", "top_p", "max_tokens", "timeout_s", "parallel", "price_in", "price_out",
        "response_format",
    )  # fmt: skip
    intro = (
        "Any server that speaks the chat completions of OpenAI: OpenAI itself, vLLM, SGLang, "
        "Ollama, transformers serve. Photos are sent to it."
    )
    location = forms.CharField(
        max_length=500, label="Address",
        help_text="Ends in /v1. Servers inside the private network must be on this "
        "installation's list of allowed ones.",
    )  # fmt: skip
    model = forms.CharField(max_length=200, help_text="Its name at the endpoint.")
    revision = forms.CharField(required=False, max_length=100)
    credential = forms.CharField(
        required=False, max_length=80, label="Name of the key's variable",
        help_text="Such as REFRAME_KEY_LAB: the key itself stays in the environment of the "
        "server and is never typed here.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "REFRAME_KEY_…"}),
    )  # fmt: skip
    timeout_s = forms.FloatField(
        required=False, min_value=1, max_value=900, initial=120, label="Longest wait, seconds"
    )
    parallel = forms.IntegerField(
        required=False, min_value=1, max_value=64, initial=8, label="Requests at once"
    )
    price_in = forms.FloatField(
        required=False, min_value=0, label="Price of a million tokens in, US dollars",
        help_text="Without both prices the cost stays unknown and no budget can be kept.",
    )  # fmt: skip
    price_out = forms.FloatField(
        required=False, min_value=0, label="Price of a million tokens out, US dollars"
    )
    response_format = forms.ChoiceField(
        required=False, label="How the shape of the answer is asked for",
        choices=[("json_schema", "JSON schema"), ("json_object", "JSON object"),
                 ("none", "Only in words")],
    )  # fmt: skip
    field_order = ("name", "location", "model", "credential")


class LocalModelForm(_Sampled):
    """A checkpoint on this machine."""

    parameters = ("temperature", "top_p", "max_tokens", "device", "box_format")
    intro = (
        "A model in a folder of this installation, run by the gpu worker on the GPU or the CPU. "
        "Models that were trained here are put to drafting from their own page."
    )
    location = forms.ChoiceField(
        label="Model folder", help_text="Folders below the models' folder of this installation."
    )
    model = forms.CharField(max_length=200, required=False, help_text="What it is, in a word.")
    revision = forms.CharField(required=False, max_length=100)
    box_format = forms.ChoiceField(
        required=False, label="How it writes a box",
        choices=[
            ("", "It answers in JSON"),
            (BoxText.PERCENT, "[x1,y1,x2,y2] in percent: a crop model trained here"),
            (BoxText.PERMILLE, "[x1,y1,x2,y2] in thousandths"),
            (BoxText.POINTS, "(x1,y1),(x2,y2) in thousandths"),
        ],
    )  # fmt: skip
    device = forms.ChoiceField(
        required=False,
        choices=[("auto", "The GPU if there is one"), ("cpu", "CPU"), ("cuda", "GPU")],
    )
    field_order = ("name", "location", "model", "revision", "box_format", "device")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        folders = model_folders(Path(settings.MODELS_DIR))
        empty = "Choose a folder" if folders else "There is no model in the models' folder yet"
        self.fields["location"].choices = [("", empty), *((each, each) for each in folders)]  # type: ignore[attr-defined]


SOURCE_FORMS: dict[str, type[SourceForm]] = {
    "rules": SourceForm,
    "openai": EndpointForm,
    "transformers": LocalModelForm,
}


class DefaultsForm(forms.Form):
    """Which sources a new batch starts from."""

    drafter = forms.ChoiceField(required=False, label="Drafts")
    verifier = forms.ChoiceField(required=False, label="Checks")

    def __init__(self, project: Project, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sources = {str(row.pk): row for row in active_sources(project)}
        named = [("", "No default"), *((pk, row.name) for pk, row in self.sources.items())]
        for name, row in zip(("drafter", "verifier"), default_sources(project), strict=True):
            self.fields[name].choices = named  # type: ignore[attr-defined]
            self.fields[name].initial = str(row.pk) if row else ""

    def chosen(self, name: str) -> DraftSource | None:
        """The chosen source, if any."""
        return self.sources.get(self.cleaned_data[name])
