"""Forms of the campaign pages; the fields of an item type's settings come from its own model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from annotated_types import Ge, Le, MaxLen
from django import forms
from django.db.models import Choices
from pydantic.fields import FieldInfo

from accounts.models import Membership, Project, User
from accounts.roles import HOLDERS, Right
from annotation import precision
from annotation.arena import short_words
from annotation.flag_rules import FlagRules
from annotation.item_types import ItemType
from annotation.models import Distribution
from annotation.services.campaigns import MOST_SESSIONS
from annotation.subjects import Selection
from annotation.views.conduct_fields import CONDUCT, REVIEW, add_conduct_fields
from catalog.models import SavedSelection
from measures.statistics.session_design import MOST_BLOCKS

SETTING = "setting_"
FLAG_RULE = "flag_"


@dataclass(frozen=True)
class FormSection:
    """A part of the form; one that ``is_folded`` opens by itself where something in it is wrong."""

    key: str
    title: str
    fields: list[forms.BoundField]
    is_folded: bool

    @property
    def is_open(self) -> bool:
        """Whether it shows its fields at once."""
        return not self.is_folded or any(field.errors for field in self.fields)


class CampaignForm(forms.Form):
    """What every campaign has; `for_type` adds the item type's own settings."""

    name = forms.CharField(max_length=120)
    overlap = forms.IntegerField(
        min_value=1, max_value=50, initial=3, label="Answers per item",
        help_text="How many experts answer each item. Nobody answers one twice.",
    )  # fmt: skip
    pool = forms.ModelMultipleChoiceField(
        queryset=User.objects.none(), required=False, label="Experts",
        widget=forms.CheckboxSelectMultiple,
        help_text="Choose none to let every expert of the project answer.",
    )  # fmt: skip
    selection = forms.ModelChoiceField(
        queryset=SavedSelection.objects.none(), required=False, label="Saved selection",
        empty_label="all ready photos",
        help_text="A frozen list of photos, saved from the gallery or from the quality pages.",
    )  # fmt: skip
    photo_ids = forms.CharField(
        required=False, label="Only these photos",
        help_text="Numbers of photos, with commas. Leave it empty for all of them.",
    )  # fmt: skip
    limit = forms.IntegerField(
        required=False, min_value=1, label="At most so many photos",
        help_text="The oldest first. Leave it empty for no limit.",
    )  # fmt: skip
    guidelines = forms.CharField(
        required=False, max_length=50_000, widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Shown beside the work by G. A later change is a new version.",
    )  # fmt: skip
    gold_percent = forms.FloatField(
        min_value=0, max_value=30, initial=0, required=False, label="Gold items, percent",
        help_text="So many of a person's items are settled ones that they have not met, unmarked: "
        "how well somebody agrees with what stands. 5 to 10 is usual.",
    )  # fmt: skip
    repeat_percent = forms.FloatField(
        min_value=0, max_value=30, initial=0, required=False, label="Repeats, percent",
        help_text="So many items come again after twenty others, unmarked: how steady somebody is. "
        "5 to 10 is usual.",
    )  # fmt: skip
    lease_min = forms.IntegerField(
        min_value=1, max_value=1440, initial=15, label="Minutes a person keeps an item",
        help_text="Renewed while the page is open; afterwards somebody else gets the item.",
    )  # fmt: skip
    distribution = forms.ChoiceField(
        choices=Distribution.choices, initial=Distribution.SHARED, required=False,
        label="How items reach people", widget=forms.RadioSelect,
        help_text="In the shared queue everybody takes what comes next. In sessions each item is kept "
        "for a person, in an order of their own, and people share items evenly.",
    )  # fmt: skip
    session_count = forms.IntegerField(
        required=False, min_value=1, max_value=MOST_SESSIONS, label="Sessions",
        help_text="Into how many the photos are split. Each goes to one expert as far as there are "
        "any; the rest wait until you give them to somebody. Two items of a photo never follow each "
        "other where that can be avoided.",
    )  # fmt: skip
    block_count = forms.IntegerField(
        required=False, min_value=0, max_value=MOST_BLOCKS, label="Blocks, counterbalanced",
        help_text="Cut the photos into 2 to 8 blocks that each session goes through in another order "
        "(Williams), so that practice and fatigue favour none. Leave it empty for none.",
    )  # fmt: skip
    order_seed = forms.IntegerField(
        required=False, label="Seed of the order",
        help_text="The same seed gives the same order of work. Leave it empty for a random one.",
    )  # fmt: skip

    def clean_photo_ids(self) -> tuple[int, ...] | None:
        """Numbers with commas or spaces between them; none is None."""
        words = self.cleaned_data["photo_ids"].replace(",", " ").split()
        wrong = [word for word in words if not (word.isascii() and word.isdigit())]
        if wrong:
            raise forms.ValidationError(f"{wrong[0]!r} is not the number of a photo.")
        return tuple(int(word) for word in words) or None

    def flag_rules(self) -> dict[str, Any]:
        """The thresholds as they were entered; empty ones have their defaults."""
        return {
            name.removeprefix(FLAG_RULE): value
            for name, value in self.cleaned_data.items()
            if name.startswith(FLAG_RULE) and value is not None
        }

    def clean(self) -> dict[str, Any]:
        """Sessions need their number; without them it counts for nothing."""
        values = super().clean() or self.cleaned_data
        if values.get("distribution") != Distribution.SESSIONS:
            return {**values, "session_count": 0, "block_count": 0}
        if not values.get("session_count") and "session_count" not in self.errors:
            self.add_error("session_count", "Say into how many sessions the photos are split.")
        return {**values, "block_count": values.get("block_count") or 0}

    def selected(self) -> Selection:
        """The photos that were chosen; fields that are wrong choose nothing."""
        values = self.cleaned_data
        saved = values.get("selection")
        return Selection(
            values.get("photo_ids"), values.get("limit"), saved.pk if saved is not None else None
        )

    def sections(self) -> list[FormSection]:
        """The fields in the order of the page."""
        settings = [name for name in self.fields if name.startswith(SETTING)]
        late = [name for name in settings if name.removeprefix(SETTING) in precision.SETTINGS]
        rules = [name for name in self.fields if name.startswith(FLAG_RULE)]
        review = CONDUCT + REVIEW
        conduct = [name for name in self.fields if name.startswith(CONDUCT) and name != review]
        parts = [
            ("what", "What is asked", ["name", *(each for each in settings if each not in late)]),
            ("photos", "Which photos", ["selection", "photo_ids", "limit"]),
            ("people", "Who answers, and how often", ["pool", "overlap", *late, "lease_min"]),
            ("order", "Order and design",
             ["distribution", "session_count", "block_count", "order_seed"]),
            ("checks", "Checks", ["gold_percent", "repeat_percent", review]),
            ("rules", "When answers disagree", rules),
            ("conduct", "Training, limits and guidelines", conduct),
            ("guidelines", "Guidelines", ["guidelines"]),
        ]  # fmt: skip
        return [
            FormSection(key, title, [self[name] for name in names], key in ("conduct", "rules"))
            for key, title, names in parts
            if names
        ]

    def settings(self) -> dict[str, Any]:
        """The item type's settings as they were entered."""
        return {
            name.removeprefix(SETTING): value
            for name, value in self.cleaned_data.items()
            if name.startswith(SETTING) and value is not None
        }


def campaign_form(
    kind: type[ItemType], project: Project, data: Any = None, *, initial: Any = None
) -> CampaignForm:
    """The form of a new campaign of this item type; ``initial`` may fill any of its fields."""
    form = CampaignForm(data, initial={"name": kind.title, **(initial or {})})
    able = Membership.objects.filter(project=project, role__in=HOLDERS[Right.ANNOTATE])
    pool = cast("forms.ModelMultipleChoiceField[Any]", form.fields["pool"])
    pool.queryset = User.objects.filter(pk__in=able.values("user")).order_by("name", "email")
    saved = cast("forms.ModelChoiceField[Any]", form.fields["selection"])
    saved.queryset = SavedSelection.objects.filter(project=project).order_by("-pk")
    known = kind.choices(project.pk)
    for name, info in kind.settings_model.model_fields.items():
        form.fields[SETTING + name] = _field_of(info, known.get(name))
    for name in rules_of(kind):
        form.fields[FLAG_RULE + name] = _field_of(FlagRules.model_fields[name])
    add_conduct_fields(form, kind)
    names = list(kind.settings_model.model_fields)
    late = [name for name in names if name in precision.SETTINGS]
    early = [name for name in names if name not in late]
    asked = [SETTING + name for name in late]
    form.order_fields(["name", *(SETTING + name for name in early), "overlap", *asked])
    return form


def rules_of(kind: type[ItemType]) -> list[str]:
    """The rules of `FlagRules` that can speak about answers of this type."""
    by_hand = {"box": "iou", "choice": "preference"}.get(kind.by_hand)
    found = ["deviation" if kind.scale else None, by_hand, "verdicts" if kind.texts else None]
    return [name for name in (*found, "gold") if name]


def _field_of(info: FieldInfo, known: Sequence[str] | None = None) -> forms.Field:
    """A form field for one setting: by its type, with the model's own limits, or a list of what is
    known."""
    common: dict[str, Any] = {
        "label": info.title, "initial": info.default, "required": False,
        "help_text": info.description or "",
    }  # fmt: skip
    limits = {type(each): each for each in info.metadata}
    ends: dict[str, Any] = {
        "min_value": getattr(limits.get(Ge), "ge", None),
        "max_value": getattr(limits.get(Le), "le", None),
    }
    if known is not None:
        return forms.ChoiceField(
            choices=[("", "none"), *((each, short_words(each)) for each in known)], **common
        )
    if isinstance(info.annotation, type) and issubclass(info.annotation, Choices):
        return forms.TypedChoiceField(
            choices=info.annotation.choices, widget=forms.RadioSelect, empty_value=None, **common
        )
    if info.annotation is bool:
        return forms.BooleanField(**common)
    if info.annotation in (int, int | None):
        return forms.IntegerField(**common, **ends)
    if info.annotation in (float, float | None):
        return forms.FloatField(**common, **ends)
    longest = getattr(limits.get(MaxLen), "max_length", None)
    return forms.CharField(**common, max_length=longest)


class GuidelinesForm(forms.Form):
    """New words of the guidelines."""

    guidelines = forms.CharField(
        required=False, max_length=50_000, widget=forms.Textarea(attrs={"rows": 16})
    )
