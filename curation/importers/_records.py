"""What an importer makes of one entry of a file: a photo as the source names it, and what is on it.

Boxes are pixel corners of the source's photo. Every number is checked here, once.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from core.errors import InvalidInput

Corners = tuple[float, float, float, float]
Size = tuple[int, int]
Role = Literal["candidate", "best", "window", "subject", "region"]
MAX_NAME = 255
MAX_SIDE = 1_000_000


@dataclass(slots=True)
class RecordBox:
    """``mean`` is a mean that the source gives, of ``votes`` ratings on ``scale`` as it claims."""

    corners: Corners
    role: Role
    name: str = ""
    mean: float | None = None
    scale: str = ""
    votes: int | None = None
    rater: str = ""


@dataclass(slots=True)
class RecordRating:
    """One rater's number for the box at this place of the record, or for the photo."""

    rater: str
    value: float
    scale: str
    box: int | None = None


@dataclass(slots=True)
class RecordPair:
    """Votes on two boxes of the record, by place; of one ``rater``, or of many where it is empty."""

    first: int
    second: int
    for_first: int = 0
    for_second: int = 0
    ties: int = 0
    rater: str = ""


@dataclass(slots=True)
class RecordElement:
    """A composition element: a class of `measures.geometry`, flat pixel coordinates."""

    name: str
    points: list[float]


@dataclass(slots=True)
class RecordQuestion:
    """A question with its accepted answers; ``box`` is the place of its region, if it has one."""

    text: str
    answers: list[str]
    external_id: str = ""
    box: int | None = None


@dataclass(slots=True)
class Record:
    """Everything that one entry says of one photo. ``line`` is where it stands, from 1."""

    photo: str
    line: int = 0
    file: str = ""
    size: Size | None = None
    part: str = ""
    boxes: list[RecordBox] = field(default_factory=list)
    ratings: list[RecordRating] = field(default_factory=list)
    pairs: list[RecordPair] = field(default_factory=list)
    elements: list[RecordElement] = field(default_factory=list)
    questions: list[RecordQuestion] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)

    def weight(self) -> int:
        """How many rows it makes, about."""
        return 1 + len(self.boxes) + len(self.ratings) + len(self.pairs)


def photo_name(value: object) -> str:
    """A photo's name as a source gives it: text of 1 to 255 characters."""
    raise_if_broken(value)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.strip() or "\x00" in value:
        raise InvalidInput("The photo has no name.", field="photo")
    if len(value) > MAX_NAME:
        raise InvalidInput(f"The photo's name is longer than {MAX_NAME} characters.", field="photo")
    return value.strip()


def finite(name: str, value: object) -> float:
    """A finite number."""
    raise_if_broken(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidInput(f"{name} must be a number, not {_shown(value)}.", field=name)
    number = float(value)
    if not math.isfinite(number):
        raise InvalidInput(f"{name} is not a finite number.", field=name)
    return number


def number_in(name: str, text: str) -> float:
    """A finite number from the text of a cell."""
    try:
        value = float(text)
    except ValueError:
        raise InvalidInput(f"{name} must be a number, not {_shown(text)}.", field=name) from None
    return finite(name, value)


def on_scale(name: str, value: object, scale: str) -> float:
    """A number within a scale written as "1-5"."""
    low, high = scale_ends(scale)
    number = finite(name, value)
    if not low <= number <= high:
        words = f"{name} is {number:g}, outside of the scale from {low:g} to {high:g}."
        raise InvalidInput(f"{words} A file keeps to one scale.", field=name)
    return number


def scale_ends(scale: str) -> tuple[float, float]:
    """The ends of a scale written as "1-5"; `InvalidInput` for anything else."""
    low, dash, high = scale.partition("-")
    if not (dash and low.isascii() and high.isascii() and low.isdigit() and high.isdigit()):
        raise InvalidInput(f"A scale is written as 1-5, not {_shown(scale)}.", field="scale")
    if len(scale) > 16 or int(low) >= int(high):
        raise InvalidInput(f"{scale[:40]} is no scale: its ends are in the wrong order.")
    return float(low), float(high)


def whole(name: str, value: object, *, least: int = 0, most: int = 2**31 - 1) -> int:
    """A whole number from ``least`` to ``most``."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidInput(f"{name} must be a whole number, not {_shown(value)}.", field=name)
    if not least <= value <= most:
        raise InvalidInput(f"{name} is {value}; it must lie from {least} to {most}.", field=name)
    return value


def raise_if_broken(value: object) -> None:
    """Raise the error that stands in the place of a value that is no JSON."""
    if isinstance(value, InvalidInput):
        raise value


def listed(name: str, value: object, *, count: int | None = None) -> list[Any]:
    """A list, of ``count`` entries where that is given."""
    raise_if_broken(value)
    if not isinstance(value, list):
        raise InvalidInput(f"{name} must be a list, not {_shown(value)}.", field=name)
    if count is not None and len(value) != count:
        words = f"{name} must have {count} entries; it has {len(value)}."
        raise InvalidInput(words, field=name)
    return value


def mapped(name: str, value: object) -> dict[str, Any]:
    """A JSON object."""
    raise_if_broken(value)
    if not isinstance(value, dict):
        raise InvalidInput(f"{name} must be an object, not {_shown(value)}.", field=name)
    return value


def needed(entry: dict[str, Any], *names: str) -> list[Any]:
    """The values of these fields; `InvalidInput` names the first that is missing."""
    for name in names:
        if name not in entry:
            have = ", ".join(sorted(map(str, entry))[:6]) or "none"
            raise InvalidInput(f"The field {name} is missing; there are: {have}.", field=name)
    return [entry[name] for name in names]


def worded(name: str, value: object, *, most: int = 2000) -> str:
    """Text of 1 to ``most`` characters."""
    raise_if_broken(value)
    if not isinstance(value, str) or not value.strip():
        raise InvalidInput(f"{name} must be text that is not empty.", field=name)
    if len(value) > most:
        raise InvalidInput(f"{name} is longer than {most:,} characters.", field=name)
    return value.strip()


def photo_size(width: object, height: object) -> Size:
    """(width, height) in whole pixels."""
    most = MAX_SIDE
    return whole("width", width, least=1, most=most), whole("height", height, least=1, most=most)


def four(value: object) -> Sequence[float]:
    """Four JSON numbers; what they mean, and whether they are a box, the conversions decide."""
    numbers: list[float] = listed("The box", value, count=4)
    return numbers


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:39]}…"
