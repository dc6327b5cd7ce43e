"""What a pipeline can be told, as a small form of its own, drawn from its parameters' class."""

from __future__ import annotations

from typing import Any

from django import forms

from annotation.pipelines import PIPELINES, Pipeline
from annotation.sampling import checked_parameters
from core.errors import InvalidInput

# Words for people; a parameter without any is called by its name.
WORDS: dict[str, tuple[str, str]] = {
    "temperature": ("Temperature", "0: the likeliest word. Empty: as the source says."),
    "top_p": ("Top-p", "1: all words. Empty: as the source says."),
    "max_tokens": ("Longest answer, tokens", "Empty: as the source says."),
    "samples": ("Drafts of each", "Each with a seed of its own. Empty: one."),
    "count": ("Crops per photo", "From models that propose several."),
    "enhance": ("Draw the composition", "The proposal sees its elements on the photo."),
    "candidates": ("The decision sees the crops", "With their numbers."),
    "good_per_photo": ("Good crops per photo", ""),
    "bad_per_photo": ("Bad crops per photo", "They are made at random. 0: none."),
    "seed": ("Seed", "What is made at random is made the same again."),
    "rounds": ("Rounds", "How many drafts a verifier may see before an expert does."),
    "cutoffs": ("Grow boxes by", "The paper's percentiles, or later by the data's own."),
    "units": ("Boxes are asked for in", "Unless the source says how it writes boxes."),
    "unreadable": ("An answer without a box", ""),
    "grid": ("Grid", "So many cells a side."),
    "crops": ("Crops of the grid", ""),
    "noise": ("Push the best crop outward", ""),
    "full_side": ("Full size, pixels", "Of the longer side."),
    "sides": ("Smaller sizes, pixels", "With commas."),
    "answers": ("Answers per size", ""),
    "threshold": ("Agreement with full size", "Below it a size counts as disagreeing."),
}
YES_NO = [("true", "yes"), ("false", "no")]
CHOICES = {
    "drawn": "drawn onto the photo", "listed": "as a list of numbers",
    "paper": "the paper's percentiles", "data": "percentiles of its own, once it has ended",
    "permille": "thousandths", "reject": "fails", "whole": "stands for the whole photo",
    "cells": "its cells", "rectangles": "every rectangle between its lines",
}  # fmt: skip


def in_words(parameters: dict[str, Any]) -> list[tuple[str, str]]:
    """What a batch was told, each under the name that its form has for it."""
    return [(_label(name), _said(value)) for name, value in parameters.items()]


def _label(name: str) -> str:
    return WORDS[name][0] if name in WORDS else name.replace("_", " ").capitalize()


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return CHOICES.get(value, value) if isinstance(value, str) else str(_initial(value))


class NumbersField(forms.CharField):
    """Numbers with commas or spaces between them."""

    def clean(self, value: Any) -> Any:
        """A list, or None for nothing."""
        words = super().clean(value).replace(",", " ").split()
        try:
            return [float(word) if "." in word else int(word) for word in words] or None
        except ValueError:
            raise forms.ValidationError("Write numbers, with commas between them.") from None


class ParametersForm(forms.Form):
    """One pipeline's parameters; its fields are named PIPELINE-parameter."""

    def __init__(self, pipeline: Pipeline, data: Any = None) -> None:
        super().__init__(data, prefix=pipeline.name)
        self.pipeline = pipeline
        shapes = pipeline.parameters.model_json_schema()["properties"]
        for name, shape in sorted(shapes.items(), key=lambda each: each[0] in _SAMPLING):
            self.fields[name] = _field(name, shape)

    def clean(self) -> dict[str, Any]:
        """As the pipeline's own class has them."""
        values = {
            name: value for name, value in self.cleaned_data.items() if value not in (None, "")
        }
        if self.errors:
            return values
        try:
            return checked_parameters(values, self.pipeline.parameters)
        except InvalidInput as error:
            self.add_error(error.field if error.field in self.fields else None, str(error))
        return values


_SAMPLING = frozenset({"temperature", "top_p", "max_tokens", "samples"})


def parameter_forms(chosen: str, data: Any = None) -> list[ParametersForm]:
    """A form for each pipeline; only the chosen one gets what was sent, the others are ignored."""
    return [
        ParametersForm(each, data if each.name == chosen else None) for each in PIPELINES.values()
    ]


def _field(name: str, shape: dict[str, Any]) -> forms.Field:
    kind = next((each for each in shape.get("anyOf", []) if each.get("type") != "null"), shape)
    told: dict[str, Any] = {
        "required": False, "label": _label(name),
        "help_text": shape.get("description", WORDS.get(name, ("", ""))[1]),
        "initial": _initial(shape.get("default")),
    }  # fmt: skip
    if "enum" in kind:
        return forms.ChoiceField(
            choices=[(each, CHOICES.get(each, each)) for each in kind["enum"]], **told
        )
    if kind.get("type") == "boolean":
        return forms.ChoiceField(choices=YES_NO, **told)
    if kind.get("type") == "array":
        return NumbersField(max_length=200, **told)
    if kind.get("type") in ("integer", "number"):
        return _number(kind, told)
    return forms.CharField(max_length=200, **told)


def _number(kind: dict[str, Any], told: dict[str, Any]) -> forms.Field:
    """An end that is left out of the range stays with the parameters' class."""
    told |= {"min_value": kind.get("minimum"), "max_value": kind.get("maximum")}
    return forms.IntegerField(**told) if kind["type"] == "integer" else forms.FloatField(**told)


def _initial(default: Any) -> Any:
    if isinstance(default, bool):
        return str(default).lower()
    return ", ".join(map(str, default)) if isinstance(default, list) else default
