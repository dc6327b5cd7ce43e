"""Bad crops made from good ones: boxes that cut the subject, or frame something beside it.

The pixels are not looked at: what the good crops share is taken for the subject. A bad crop

- ``misses``: covers another part of the photo, with an IoU of at most 0.05 with every good crop
  (the rule by which VisRL replaces bad boxes), or
- ``cuts``: has an edge through the middle of what the good crops share and keeps 15 % to 65 % of
  it, with an IoU of at most 0.6 with every good crop;

and always has 70 % to 130 % of the area of a good crop (VisRL), at least 5 % of the photo, a width
over height in pixels of 0.5 to 2.2 (GAICD), and an IoU of at most 0.7 with the other bad ones.
Beside a large good crop there is no room to miss it, so that most bad crops there cut.

The rule is named and versioned, and the seed determines the boxes: the same good crops and seed
give the same ones, in the same order, and asking for more of them only adds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.errors import InvalidInput
from measures.boxes.arrays import as_array, iou_matrix
from measures.boxes.box import Box

NAME = "cuts-or-misses"
VERSION = 1

MOST_MISSED_IOU = 0.05
MOST_CUT_IOU = 0.6
KEPT = (0.15, 0.65)
SIZE = (0.7, 1.3)
MIN_AREA = 0.05
ASPECT = (0.5, 2.2)
ALIKE = 0.7
# Beyond this share of the photo a good crop is the photo, and every other box lies within it.
WHOLE = 0.97
# First so many boxes are drawn; where none of them fits, so many more.
DRAWS = (2_000, 30_000)
DECIMALS = 6

Way = Literal["misses", "cuts"]
Boxes = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BadCrop:
    """A bad box, in which ``way`` it is bad, and which good crop (by position) lent its size."""

    box: Box
    way: Way
    beside: int


def bad_crops(
    good: Sequence[Box], count: int, *, seed: int, photo_aspect: float
) -> tuple[list[BadCrop], str]:
    """Up to ``count`` bad crops beside the good ones, and where there are fewer, why, in words.

    ``photo_aspect`` is the photo's width over height. `InvalidInput` without a good crop.
    """
    if not good:
        raise InvalidInput("Bad crops are made beside good ones; give at least one.", field="good")
    if not photo_aspect > 0:
        raise InvalidInput("A photo's aspect is a number above 0.", field="photo_aspect")
    if all(box.area > WHOLE for box in good):
        return [], "The good crop is the whole photo, beside which no crop is bad by its frame."
    found: list[BadCrop] = []
    for number in range(count):
        made = _one(good, found, np.random.default_rng([seed, number]), photo_aspect)
        if made is None:
            return found, _why(good, number, count)
        found.append(made)
    return found, ""


def _why(good: Sequence[Box], made: int, count: int) -> str:
    largest = max(box.area for box in good)
    return (
        f"Only {made} of {count} bad crops fit: in {sum(DRAWS):,} draws each way no box cut or missed the "
        f"good crops and kept the limits on overlap, size and shape. The largest good crop keeps "
        f"{largest:.0%} of the photo."
    )


def _one(
    good: Sequence[Box], made: Sequence[BadCrop], rng: np.random.Generator, photo_aspect: float
) -> BadCrop | None:
    """One more; the way is drawn first, and the other one taken where it is impossible."""
    beside = int(rng.integers(len(good)))
    ways: list[Way] = ["misses", "cuts"] if rng.random() < 0.5 else ["cuts", "misses"]
    for draws, way in product(DRAWS, ways):
        drawn = _draw(good[beside], rng, draws, photo_aspect)
        fits = _misses(drawn, good) if way == "misses" else _cuts(drawn, good, good[beside])
        fits &= _is_new(drawn, [each.box for each in made])
        if fits.any():
            return BadCrop(Box(*drawn[int(np.argmax(fits))].tolist()), way, beside)
    return None


def _draw(beside: Box, rng: np.random.Generator, draws: int, photo_aspect: float) -> Boxes:
    """Boxes (n, 4) of about the size of ``beside``, shapes and places drawn evenly."""
    low = max(MIN_AREA, SIZE[0] * beside.area)
    area = rng.uniform(low, max(low, min(1.0, SIZE[1] * beside.area)), draws)
    shape = np.exp(rng.uniform(np.log(ASPECT[0]), np.log(ASPECT[1]), draws)) / photo_aspect
    width, height = np.sqrt(area * shape), np.sqrt(area / shape)
    fits = (width < 1) & (height < 1)
    width, height = width[fits], height[fits]
    x1, y1 = rng.uniform(0, 1 - width), rng.uniform(0, 1 - height)
    drawn = np.stack([x1, y1, x1 + width, y1 + height], axis=1).round(DECIMALS).clip(0, 1)
    return np.asarray(drawn[_keeps_limits(drawn, beside, photo_aspect)], dtype=np.float64)


def _keeps_limits(drawn: Boxes, beside: Box, photo_aspect: float) -> NDArray[np.bool_]:
    """Rounding moves a box by a millionth, which may be just over a limit."""
    width, height = drawn[:, 2] - drawn[:, 0], drawn[:, 3] - drawn[:, 1]
    area, shape = width * height, photo_aspect * width / height
    low = max(MIN_AREA, SIZE[0] * beside.area)
    sized = (area >= low) & (area <= SIZE[1] * beside.area)
    return np.asarray(sized & (shape >= ASPECT[0]) & (shape <= ASPECT[1]))


def _misses(drawn: Boxes, good: Sequence[Box]) -> NDArray[np.bool_]:
    return np.asarray(iou_matrix(drawn, as_array(good)).max(axis=1, initial=0) <= MOST_MISSED_IOU)


def _cuts(drawn: Boxes, good: Sequence[Box], beside: Box) -> NDArray[np.bool_]:
    kept = _kept_share(drawn, _core(good, beside))
    apart = iou_matrix(drawn, as_array(good)).max(axis=1, initial=0) <= MOST_CUT_IOU
    return np.asarray(apart & (kept >= KEPT[0]) & (kept <= KEPT[1]))


def _core(good: Sequence[Box], beside: Box) -> Box:
    """The middle half, each way, of what the good crops share; of ``beside`` if they share nothing."""
    shared: Box | None = beside
    for box in good:
        shared = shared and shared.intersection(box)
    return (shared or beside).scaled(0.5)


def _kept_share(drawn: Boxes, core: Box) -> NDArray[np.float64]:
    """How much of the core each box keeps, 0 to 1."""
    width = np.minimum(drawn[:, 2], core.x2) - np.maximum(drawn[:, 0], core.x1)
    height = np.minimum(drawn[:, 3], core.y2) - np.maximum(drawn[:, 1], core.y1)
    kept = width.clip(0) * height.clip(0) / core.area
    return np.asarray(kept, dtype=np.float64)


def _is_new(drawn: Boxes, made: Sequence[Box]) -> NDArray[np.bool_]:
    if not made:
        return np.ones(len(drawn), dtype=np.bool_)
    return np.asarray(iou_matrix(drawn, as_array(made)).max(axis=1, initial=0) <= ALIKE)
