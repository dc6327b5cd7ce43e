"""Crops that need no model: every figure of a model stands beside theirs."""

from __future__ import annotations

from collections.abc import Sequence

from core.errors import InvalidInput
from measures.boxes.box import Box

# Name, title and box of each baseline, in the order in which pages show them.
BASELINES: dict[str, tuple[str, Box]] = {
    "whole_photo": ("Whole photo", Box.whole()),
    "centre_90": ("Centre, 0.9 of each side", Box(0.05, 0.05, 0.95, 0.95)),
}


# The one that needs rated crops: it scores each by its area and answers the largest.
LARGEST_CROP = "largest_crop"
LARGEST_CROP_TITLE = "Largest rated crop"


def baseline(name: str) -> Box:
    """The box that a baseline answers for every photo, normalised."""
    try:
        return BASELINES[name][1]
    except KeyError:
        known = ", ".join(BASELINES)
        raise InvalidInput(f"There is no baseline {name!r}. Known: {known}.") from None


def centre(share: float) -> Box:
    """The middle of the photo: ``share`` of its width and of its height."""
    return Box.whole().scaled(share) if share < 1 else Box.whole()


def areas_of(boxes: Sequence[Sequence[float]], size: tuple[int, int]) -> list[float]:
    """The area of each box in pixels of a photo of this size (width, height): the score that the
    baseline ``largest_crop`` gives a rated crop.

    Rounded to a thousandth, so that equal crops in whole pixels stay equal.
    """
    width, height = size
    return [round((x2 - x1) * width * (y2 - y1) * height, 3) for x1, y1, x2, y2 in boxes]
