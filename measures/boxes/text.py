"""Box text as models write and read it: format a `Box`, parse an answer into one.

Parsing is tolerant of words around the box and strict about the box: four numbers, in range,
x2 > x1, y2 > y1. An answer that fails is an `Unreadable` value, never an exception: a model's
wrong answer is a result to be counted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from core.errors import InvalidInput
from measures.boxes.box import Box
from measures.boxes.conversions import Size, to_percent, to_permille, to_resized

# Lengths are bounded so that no answer, however odd, makes the search slow.
NUMBER = r"[+-]?(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20})"
_NUMBER = re.compile(NUMBER)
_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
_GAP = r"\s{0,9}"
_POINT = rf"\({_GAP}({NUMBER}){_GAP},{_GAP}({NUMBER}){_GAP}\)"
_TWO_POINTS = re.compile(rf"{_POINT}{_GAP},?{_GAP}{_POINT}")
# A model may ramble for pages; its box stands near the start.
MAX_TEXT = 20_000


class BoxText(StrEnum):
    """How a box is written. RESIZED needs the size of the resized photo."""

    PERCENT = "percent"  # [x1,y1,x2,y2], whole 0..100 (tiny models, CropVLM)
    PERMILLE = "permille"  # [x1,y1,x2,y2], whole 0..1000 (Qwen2-VL, Qwen3-VL, InternVL)
    POINTS = "points"  # (x1,y1),(x2,y2), whole 0..1000 (Qwen-VL, Venus)
    RESIZED = "resized"  # [x1,y1,x2,y2], pixels after smart_resize (Qwen2.5-VL)


# How a prompt asks for a box whose numbers are shares of the photo.
SHARES = {
    BoxText.PERCENT: "from 0 to 100, in percent of the photo's width and height",
    BoxText.PERMILLE: "from 0 to 1000, in thousandths of the photo's width and height",
}


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why an answer holds no valid box. ``code`` is none, count, number, range or order."""

    code: str
    reason: str

    def __str__(self) -> str:
        return self.reason


def format_box(box: Box, style: BoxText | str, resized: Size | None = None) -> str:
    """The text of a box, e.g. ``[12,0,88,100]``; ``parse_box`` reads it back."""
    style = BoxText(style)
    if style is BoxText.PERCENT:
        return _bracketed(to_percent(box))
    if style is BoxText.RESIZED:
        return _bracketed(to_resized(box, _needed(resized)))
    x1, y1, x2, y2 = to_permille(box)
    return f"({x1},{y1}),({x2},{y2})" if style is BoxText.POINTS else _bracketed((x1, y1, x2, y2))


def parse_box(text: str, style: BoxText | str, resized: Size | None = None) -> Box | Unreadable:
    """The first box in a model's answer, or why there is none."""
    style = BoxText(style)
    found = _points(text[:MAX_TEXT]) if style is BoxText.POINTS else _brackets(text[:MAX_TEXT])
    if isinstance(found, Unreadable):
        return found
    width, height = _tops(style, resized)
    return _valid_box(found, width, height)


def _bracketed(numbers: tuple[int, int, int, int]) -> str:
    return f"[{','.join(map(str, numbers))}]"


def _needed(resized: Size | None) -> Size:
    if resized is None:
        raise InvalidInput("This box text needs the size of the resized photo.", field="resized")
    return resized


def _tops(style: BoxText, resized: Size | None) -> Size:
    if style is BoxText.RESIZED:
        return _needed(resized)
    return (100, 100) if style is BoxText.PERCENT else (1000, 1000)


def _points(text: str) -> list[float] | Unreadable:
    match = _TWO_POINTS.search(text)
    if match is None:
        return Unreadable("none", "The answer holds no (x1,y1),(x2,y2).")
    return [float(number) for number in match.groups()]


def _brackets(text: str) -> list[float] | Unreadable:
    match = _BRACKETS.search(text)
    if match is None:
        return Unreadable("none", "The answer holds no [x1,y1,x2,y2].")
    parts = [part.strip() for part in match[1].split(",")]
    if len(parts) != 4:
        return Unreadable("count", f"The box has {len(parts)} numbers, not 4.")
    wrong = next((part for part in parts if not _NUMBER.fullmatch(part)), None)
    if wrong is not None:
        return Unreadable("number", f"{wrong[:20]!r} in the box is not a number.")
    return [float(part) for part in parts]


def _valid_box(numbers: list[float], width: int, height: int) -> Box | Unreadable:
    x1, y1, x2, y2 = numbers
    if min(numbers) < 0 or max(x1, x2) > width or max(y1, y2) > height:
        return Unreadable("range", f"The box runs outside 0..{width} x 0..{height}.")
    if x2 <= x1 or y2 <= y1:
        return Unreadable("order", "The box has no area: x2 must be above x1 and y2 above y1.")
    try:
        return Box(x1 / width, y1 / height, x2 / width, y2 / height)
    except InvalidInput as error:
        return Unreadable("order", error.message)
