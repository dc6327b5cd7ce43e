"""Forms of the curation pages; rules and export options are drawn from their own models."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Any, cast, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from django import forms
from django.http import QueryDict
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from annotation.models import Campaign
from curation.exporters import Exporter, registry
from curation.models import SampleKind
from curation.rules import Rules
from curation.selectors.cross_reviews import CrossReview
from curation.services.benchmarks import AGREED, RULES

CHOICE_WORDS = {
    "mos": "mean opinion score",
    "primary": "primary score",
    "scores": "scores: the highest over lower ones",
    "votes": "pair votes: what most people chose",
    "first": "the oldest of them wins",
    "each": "each of them is a winner",
    "skip": "the photo is left out",
    "keep": "keep them whole; a crop is the part on the photo",
    "clip": "clip them to the photo",
    "flag": "keep them, but make no crop of them",
    "leave_out": "leave them out, and count them",
    "corners": "corners x1 y1 x2 y2, pixels",
    "xywh": "x y width height, pixels",
    "percent": "corners in percent, 0 to 100",
    "shares": "corners in shares, 0 to 1",
    "best": "good crops",
    "candidate": "crops to be judged",
    "subject": "what the photo shows",
    "region": "regions that answer a question",
    "wait": "their annotations wait for them",
    "refuse": "refuse the files and name the lines",
    **dict(SampleKind.choices),
}


class DatasetForm(forms.Form):
    """A new line of versions."""

    name = forms.CharField(max_length=120)
    description = forms.CharField(
        required=False, max_length=5_000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What it is for. It goes into the card of every export.",
    )  # fmt: skip


class DrawForm(forms.Form):
    """A new benchmark."""

    name = forms.CharField(max_length=120, initial="Hold-out")
    share = forms.FloatField(
        min_value=0.0, max_value=1.0, initial=0.2, widget=forms.NumberInput(attrs={"step": "any"}),
        help_text="Which part of the ready photos, between 0 and 1.",
    )  # fmt: skip
    seed = forms.IntegerField(
        min_value=0, initial=1, help_text="The same photos, share and seed give the same draw."
    )


class ReferencesForm(forms.Form):
    """What counts as right on a benchmark; each cross-review of its photos is a choice of its own."""

    rule = forms.ChoiceField(label="What counts as right", widget=forms.RadioSelect)

    def __init__(self, data: QueryDict | None, reviews: Sequence[CrossReview]) -> None:
        super().__init__(data)
        self.reviews = {f"{AGREED}/{each.campaign.pk}": each for each in reviews}
        plain = [(name, words) for name, words in RULES.items() if name != AGREED]
        agreed = [(key, _words_of(each)) for key, each in self.reviews.items()]
        choices = [(name, words[0].upper() + words[1:]) for name, words in (*plain, *agreed)]
        cast("forms.ChoiceField", self.fields["rule"]).choices = choices

    def chosen(self) -> tuple[str, Campaign | None]:
        """The rule, with the cross-review that it is about."""
        key = self.cleaned_data["rule"]
        review = self.reviews.get(key)
        return (AGREED, review.campaign) if review else (key, None)


def _words_of(review: CrossReview) -> str:
    done = f"{review.settled} of {review.count} are settled"
    return f"the agreed frames of “{review.campaign.name}”: {done}"


class ModelForm(forms.Form):
    """A field per field of a pydantic model; what the model refuses comes back beside the field."""

    model: type[BaseModel]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, info in self.model.model_fields.items():
            self.fields[name] = _field_of(info)

    def given(self) -> dict[str, object]:
        """What was filled in; an empty field takes the model's default."""
        fields = self.model.model_fields
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name in fields and value not in (None, "")
        }


class RulesForm(ModelForm):
    """The rules of a version."""

    model = Rules


def rules_form(
    data: QueryDict | None = None, *, earlier: dict[str, Any] | None = None
) -> RulesForm:
    """The form, filled with the rules of an earlier version where one is given."""
    known = {name: value for name, value in (earlier or {}).items() if name in Rules.model_fields}
    return RulesForm(data, initial=known)


def export_form(exporter: type[Exporter], data: QueryDict | None = None) -> ModelForm:
    """The form of one format: its name, and its options."""
    kind = type("OptionsForm", (ModelForm,), {"model": exporter.options_model})
    form: ModelForm = kind(data)
    form.fields["exporter"] = forms.ChoiceField(choices=registry.choices(), label="Format")
    form.initial.setdefault("exporter", exporter.name)
    form.order_fields(["exporter"])
    return form


def _field_of(info: FieldInfo) -> forms.Field:
    """A form field by the type of the model's, with its limits, title, help and default."""
    kind = info.annotation
    common: dict[str, Any] = {
        "label": info.title, "help_text": info.description or "", "required": False,
        "initial": _plain(info.default),
    }  # fmt: skip
    if get_origin(kind) is list:
        widget = forms.CheckboxSelectMultiple
        return forms.MultipleChoiceField(
            choices=_choices(get_args(kind)[0]), widget=widget, **common
        )
    if isinstance(kind, type) and issubclass(kind, Enum):
        return forms.ChoiceField(choices=_choices(kind), **common)
    if kind is bool:
        return forms.BooleanField(**common)
    if kind is str:
        return forms.CharField(max_length=200, **common)
    limits = _limits(info)
    if kind is int:
        return forms.IntegerField(**limits, **common)
    step = forms.NumberInput(attrs={"step": "any"})
    return forms.FloatField(widget=step, **limits, **common)


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.value if isinstance(value, Enum) else value


def _choices(kind: type[Enum]) -> list[tuple[str, str]]:
    return [(each.value, CHOICE_WORDS.get(each.value, each.value)) for each in kind]


def _limits(info: FieldInfo) -> dict[str, Any]:
    # "more than" and "less than" are the model's own to refuse; a form knows only closed ends.
    found: dict[str, Any] = {}
    for each in info.metadata:
        if isinstance(each, Ge | Gt):
            found["min_value"] = each.ge if isinstance(each, Ge) else each.gt
        elif isinstance(each, Le | Lt):
            found["max_value"] = each.le if isinstance(each, Le) else each.lt
    return found
