"""Composition review: the elements that a draft found, confirmed, moved, added to or taken away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field, StrictFloat, StrictInt

from accounts.keys import KeyAct
from annotation.contents import CompositionContent, FoundElement
from annotation.item_types import (
    DrawnElement,
    ImageUrl,
    ItemType,
    Outcome,
    Parsed,
    Pieces,
    ShownItem,
    Subject,
    parse_as,
    photo_json,
)
from annotation.models import Campaign, Draft, DraftKind
from annotation.subjects import Selection, passed_drafts, ready_photos
from core.errors import InvalidInput
from measures.geometry.elements import (
    CROP_ELEMENTS,
    Element,
    checked_coordinates,
    geometry_of,
    title_of,
)

DIGITS = 6
SAME = 1e-6  # coordinates closer than this were not moved
# Moved so far, as a mean over its coordinates, an element is another one.
FAR = 0.25
Number = StrictFloat | StrictInt


class Settings(Parsed):
    """``with_draft`` starts from the newest analysis that passed its check."""

    with_draft: bool = Field(True, title="Start from the draft's elements")


class Placed(Parsed):
    """One element as it should be. ``draft`` is the place of the draft's element that it was, from
    0; ``confirmed`` is false only in working copies."""

    name: Element
    points: Annotated[list[Number], Field(max_length=128)]
    draft: int | None = Field(None, ge=0, le=63)
    confirmed: bool = True


class Answer(Parsed):
    """The elements of the photo; none where it has no clear one."""

    elements: Annotated[list[Placed], Field(max_length=64)] = Field(default_factory=list)
    none: bool = False


class CompositionReview(ItemType):
    """CROP's analysis, put right by an expert."""

    name = "composition_review"
    title = "Composition review"
    instructions = (
        "Look at each element on the photo. Confirm it, move it where it belongs, or remove it; "
        "add what is missing."
    )
    script = "composition_review"
    subjects_are = "the newest verified composition draft of each ready photo"
    seconds_each = 60
    settings_model = Settings
    answer_model = Answer
    example_answer: ClassVar[dict[str, Any]] = {
        "elements": [
            {"name": "horizontal", "points": [0, 0.4, 1, 0.41], "draft": 0, "confirmed": True},
            {"name": "center", "points": [0.3, 0.3, 0.7, 0.8], "draft": None, "confirmed": True},
        ],
        "none": False,
    }
    keys = (
        KeyAct("confirm", "c", "confirm, next"),
        KeyAct("all", "v", "confirm all"),
        KeyAct("add", "a", "add an element"),
        KeyAct("point", "p", "add a point to a curve"),
        KeyAct("remove", "Delete", "remove", also=("Backspace",)),
    )
    shared_keys = ("zoom", "cannot_judge")
    by_hand = "elements"

    def subjects(self, campaign: Campaign, selection: Selection) -> Iterable[Subject]:
        """One item per draft, or per photo where the page starts empty."""
        if not self.settings.with_draft:
            for photo_id in ready_photos(campaign.project_id, selection):
                yield Subject(f"photo/{photo_id}", photo_id)
            return
        found = passed_drafts(campaign.project_id, DraftKind.COMPOSITION, selection)
        for photo_id, draft_id in found:
            yield Subject(f"draft/{draft_id}", photo_id, draft_id)

    def item_json(
        self, shown: ShownItem, presentation: Mapping[str, Any], image_url: ImageUrl
    ) -> dict[str, Any]:
        """Photo, CROP's ten classes, and the draft's elements of these."""
        return {
            "photo": photo_json(shown, image_url, with_facts=False),
            "classes": [
                {"name": each.value, "title": title_of(each), "shape": geometry_of(each).value}
                for each in CROP_ELEMENTS
            ],
            "elements": [
                {"name": each.name.value, "points": list(each.points), "note": each.note}
                for each in found_in(shown.draft)
            ],
        }

    def parse(self, answer: object, shown: ShownItem, presentation: Mapping[str, Any]) -> Parsed:
        """Elements of the ten classes with right coordinates, or the word that there is none."""
        parsed: Answer = parse_as(Answer, answer)
        if parsed.none == bool(parsed.elements):
            raise InvalidInput(
                "elements: place an element, or say that there is none, not both.",
                field="elements",
            )
        count = len(found_in(shown.draft))
        placed = [_checked(each, at, count) for at, each in enumerate(parsed.elements)]
        taken = [each.draft for each in placed if each.draft is not None]
        if len(taken) != len(set(taken)):
            raise InvalidInput(
                "elements: two of them claim to be the same element of the draft.",
                field="elements",
            )
        return parsed.model_copy(update={"elements": placed})

    def elements(self, answer: Parsed) -> list[DrawnElement]:
        """The elements, as they become rows of the photo."""
        return [
            DrawnElement(each.name, tuple(each.points)) for each in getattr(answer, "elements", [])
        ]

    def agrees(self, given: Parsed, wanted: Parsed) -> bool | None:
        """The same classes of elements; where they lie is not compared."""
        names = [{each.name for each in getattr(one, "elements", [])} for one in (given, wanted)]
        return names[0] == names[1]

    def compose(self, base: Parsed, pieces: Pieces) -> dict[str, Any]:
        """These elements; of two that were the same one of the draft, the first keeps that place."""
        kept: list[dict[str, Any]] = []
        for each in pieces.elements:
            taken = {element["draft"] for element in kept}
            draft = each.get("draft")
            kept.append({**each, "draft": None if draft in taken else draft})
        return {"elements": kept, "none": not kept}

    def outcome(self, answer: Parsed, draft: Draft) -> Outcome | None:
        """The share of elements that were changed: moved in part, renamed, removed or added whole."""
        found, placed = found_in(draft), getattr(answer, "elements", [])
        kept = {each.draft: each for each in placed if each.draft is not None}
        if found and not kept:
            return Outcome.rejected("all_removed")
        changes = [_change(each, kept.get(at)) for at, each in enumerate(found)]
        added = len(placed) - len(kept)
        return Outcome.accepted((sum(changes) + added) / max(1, len(found) + added))

    def in_words(self, answer: Parsed) -> str:
        """For example "2 elements: centre, horizontal"."""
        placed = getattr(answer, "elements", [])
        if not placed:
            return "no clear element"
        names = ", ".join(title_of(each.name).lower() for each in placed)
        return f"{len(placed)} element{'s' if len(placed) > 1 else ''}: {names}"


def found_in(draft: Draft | None) -> list[FoundElement]:
    """The draft's elements that CROP uses, in its order; none without a draft."""
    if draft is None:
        return []
    elements = CompositionContent.model_validate(draft.content).elements
    return [each for each in elements if each.name in CROP_ELEMENTS]


def _checked(placed: Placed, at: int, count: int) -> Placed:
    name = f"elements.{at}"
    if not placed.confirmed:
        raise InvalidInput(f"{name}: confirm it or remove it first.", field=name)
    if placed.name not in CROP_ELEMENTS:
        raise InvalidInput(f"{name}: {title_of(placed.name)} is not asked for.", field=name)
    if placed.draft is not None and placed.draft >= count:
        raise InvalidInput(f"{name}: the draft has no such element.", field=name)
    try:
        points = checked_coordinates(placed.name, placed.points)
    except InvalidInput as error:
        raise InvalidInput(f"{name}: {error.message}", field=name) from None
    return placed.model_copy(update={"points": [round(number, DIGITS) for number in points]})


def _change(found: FoundElement, placed: Placed | None) -> float:
    """0 where it stands as it was, 1 where it is gone or another class."""
    if placed is None or placed.name != found.name or len(placed.points) != len(found.points):
        return 1.0
    moved = [abs(a - b) for a, b in zip(found.points, placed.points, strict=True)]
    if max(moved, default=0.0) <= SAME:
        return 0.0
    return min(1.0, sum(moved) / len(moved) / FAR)
