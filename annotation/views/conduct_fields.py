"""The fields of a new campaign about training, limits and guidelines, in a section of their own."""

from __future__ import annotations

from typing import Any

from django import forms

from annotation.conduct import SCORE_DAILY_MIN, SCORE_SESSION_MIN, SCORE_VIEW_MS
from annotation.item_types import ItemType

CONDUCT = "conduct_"
REVIEW = "review_percent"


class MarksField(forms.CharField):
    """Percents with commas between them, as shares."""

    def clean(self, value: Any) -> list[float]:
        """For example "70, 80" is [0.7, 0.8]; nothing is none."""
        words = str(super().clean(value)).replace(",", " ").replace("%", " ").split()
        try:
            return [float(word) / 100 for word in words]
        except ValueError:
            raise forms.ValidationError("Write percents with commas, such as 70, 80.") from None


def add_conduct_fields(form: forms.Form, kind: type[ItemType]) -> None:
    """Add them, with the presets that fit the item type."""
    is_score = kind.scale is not None
    fields: dict[str, forms.Field] = {
        "pass_marks": MarksField(
            required=False, label="Pass marks of the training, percent",
            help_text="One for each round, with commas: 70, 80 makes two rounds, as is usual. "
            "Empty: nobody has to qualify. You choose the training items afterwards.",
        ),
        "round_items": _whole("Training items in a round", 1, 50, 5, ""),
        "accepts_others": forms.BooleanField(
            required=False, label="Training passed in other campaigns counts",
            help_text="Of this project and this kind of work.",
        ),
        "dummy_answers": _whole(
            "First answers not counted", 0, 20, 0, "3 to 5 let people settle on the scale."
        ),
        "session_min": _whole(
            "Minutes of work before a break", 1, 480, SCORE_SESSION_MIN if is_score else None,
            "Half an hour at most is advised for scores. Empty: no limit.",
        ),
        "break_min": _whole("Minutes of the break", 1, 120, 5, ""),
        "daily_items": _whole("Items a day, each person", 1, 100_000, None, "Empty: no limit."),
        "daily_min": _whole(
            "Minutes a day, each person", 1, 1_440, SCORE_DAILY_MIN if is_score else None,
            "In the person's own time zone. Empty: no limit.",
        ),
        "unchanged_a_day": _whole(
            "Drafts accepted unchanged before a gold item", 1, 10_000, None,
            "Each person, each day: after so many comes a settled item, and again after as many more. "
            "Empty: never.",
        ),
        "least_view_s": forms.FloatField(
            required=False, min_value=0, max_value=60,
            initial=SCORE_VIEW_MS / 1000 if is_score else 0, label="Seconds to look, at least",
            help_text="No answer is taken before.",
        ),
        "confirms_guidelines": forms.BooleanField(
            required=False, initial=True, label="Everybody confirms the guidelines first",
            help_text="Later changes are confirmed in any case.",
        ),
        REVIEW: _whole(
            "Sampling review, percent", 0, 100, 0,
            "So many of each person's answered items come to the page Review, where a lead looks at "
            "them; more of somebody whose answers were changed there. 5 to 10 is usual.",
        ),
    }  # fmt: skip
    if not is_score:
        fields.pop("dummy_answers")
    if not kind.texts:
        fields.pop("unchanged_a_day")
    form.fields.update({CONDUCT + name: field for name, field in fields.items()})


def _whole(label: str, low: int, high: int, initial: int | None, words: str) -> forms.IntegerField:
    return forms.IntegerField(
        required=False, min_value=low, max_value=high, initial=initial, label=label,
        help_text=words,
    )  # fmt: skip


def conduct_of(values: dict[str, Any]) -> dict[str, Any]:
    """What the fields say, as `annotation.conduct` takes it; empty ones are as usual."""
    found = {
        name.removeprefix(CONDUCT): value
        for name, value in values.items()
        if name.startswith(CONDUCT) and value is not None
    }
    seconds = found.pop("least_view_s", None)
    if seconds is not None:
        found["least_view_ms"] = round(seconds * 1000)
    return found
