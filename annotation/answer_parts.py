"""What answers hold beside numbers, as the item types hand it over: votes, boxes, elements; and what a
lead puts together to settle an item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from measures.boxes import Box
from measures.geometry.elements import Element


@dataclass(frozen=True, slots=True)
class PairChoice:
    """One comparison, in terms of the item's first and second crop (or draft), not of sides."""

    first_id: int
    second_id: int
    outcome: str
    first_on_left: bool
    strength: int = 1


@dataclass(frozen=True, slots=True)
class DrawnCrop:
    """A box an expert drew or adjusted; ``ratio`` is the name of the ratio in force."""

    box: Box
    ratio: str = ""
    rationale: str = ""


@dataclass(frozen=True, slots=True)
class DrawnRegion:
    """A box an expert drew for a question about the photo."""

    box: Box
    question_id: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class DrawnElement:
    """A composition element that an expert confirmed or drew."""

    element: Element
    points: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Pieces:
    """What a lead puts together to settle an item; each item type takes of it what it needs.

    ``texts`` by name; ``box`` normalised; ``values`` by crop id ("photo" for the photo), None
    where it cannot be judged; ``choice`` one of the type's `hand_choices`; ``elements`` as stored.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    box: Box | None = None
    values: Mapping[str, float | None] = field(default_factory=dict)
    choice: str = ""
    elements: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """What a place of the page shows: the photo where ``box`` is None, else that part of it.

    The picture has about ``pixels`` pixels, the same for all places of an item; None: all it has.
    """

    box: Box | None = None
    pixels: int | None = None
