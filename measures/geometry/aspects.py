"""Aspect ratios by name, and boxes of a given aspect."""

from __future__ import annotations

import math

from core.errors import InvalidInput
from measures.boxes.box import Box

# Width over height. The six by which GAICD's tool groups its crops, and the common prints.
ASPECTS: dict[str, float] = {
    "16:9": 16 / 9,
    "3:2": 3 / 2,
    "4:3": 4 / 3,
    "5:4": 5 / 4,
    "1:1": 1.0,
    "4:5": 4 / 5,
    "3:4": 3 / 4,
    "2:3": 2 / 3,
    "9:16": 9 / 16,
}


def aspect_value(name: str) -> float:
    """Width over height of a named aspect; `InvalidInput` lists the known ones."""
    try:
        return ASPECTS[name]
    except KeyError:
        known = ", ".join(ASPECTS)
        raise InvalidInput(f"There is no aspect {name!r}. Known: {known}.") from None


def nearest_aspect(ratio: float) -> str:
    """The named aspect nearest to a width over height, measured by factor."""
    if not ratio > 0:
        raise InvalidInput("An aspect is a number above 0.", field="aspect")
    return min(ASPECTS, key=lambda name: abs(math.log(ASPECTS[name] / ratio)))


def largest_box(aspect: float, photo_aspect: float, centre: tuple[float, float]) -> Box:
    """The largest box of an aspect on a photo, as near to ``centre`` as the edges allow.

    ``aspect`` and ``photo_aspect`` are width over height in pixels.
    """
    width = min(1.0, aspect / photo_aspect)
    height = min(1.0, photo_aspect / aspect)
    x1 = min(max(0.0, centre[0] - width / 2), 1 - width)
    y1 = min(max(0.0, centre[1] - height / 2), 1 - height)
    return Box(x1, y1, x1 + width, y1 + height)
