"""The probable subject: the heaviest connected place of the weight map."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from inference.looking.pixels import Grid, Pixels, rounded

THIRDS = tuple((x, y) for x in (1 / 3, 2 / 3) for y in (1 / 3, 2 / 3))


@dataclass(frozen=True)
class SubjectFacts:
    """``box`` x1 y1 x2 y2 and ``centre`` x y in fractions; ``area`` is the share of the photo that
    the box takes; ``clarity`` [0, 1] is how far the subject out-weighs its area (0: no clear
    subject). ``to_thirds`` and ``to_middle`` are distances from the nearest crossing of the third
    lines and from the middle, in fractions of the diagonal. ``touches`` names the sides of the
    photo that the box reaches."""

    box: tuple[float, float, float, float]
    centre: tuple[float, float]
    area: float
    clarity: float
    to_thirds: float
    to_middle: float
    touches: tuple[str, ...]


def find_subject(pixels: Pixels, weight: Grid) -> tuple[SubjectFacts, Grid]:
    """The facts and the mask (h, w), True on the subject."""
    mask = _heaviest_place(weight)
    rows, columns = np.nonzero(mask)
    height, width = weight.shape
    box = (
        columns.min() / width, rows.min() / height,
        (columns.max() + 1) / width, (rows.max() + 1) / height,
    )  # fmt: skip
    held = weight[mask]
    centre = (
        float(((columns + 0.5) * held).sum() / held.sum() / width),
        float(((rows + 0.5) * held).sum() / held.sum() / height),
    )
    clarity = float(np.clip((held.sum() - mask.mean()) / (1 - mask.mean() + 1e-9), 0, 1))
    facts = SubjectFacts(
        box=(rounded(box[0]), rounded(box[1]), rounded(box[2]), rounded(box[3])),
        centre=(rounded(centre[0]), rounded(centre[1])),
        area=rounded((box[2] - box[0]) * (box[3] - box[1])),
        clarity=rounded(clarity),
        to_thirds=rounded(min(_distance(centre, point, pixels) for point in THIRDS)),
        to_middle=rounded(_distance(centre, (0.5, 0.5), pixels)),
        touches=_touched_sides(box),
    )
    return facts, mask


def _heaviest_place(weight: Grid) -> Grid:
    smooth = ndimage.gaussian_filter(weight, 0.012 * max(weight.shape))
    places, count = ndimage.label(smooth >= 0.45 * smooth.max())
    sums = ndimage.sum_labels(weight, places, index=np.arange(1, count + 1))
    return np.asarray(places == 1 + int(np.argmax(sums)))


def _distance(one: tuple[float, float], other: tuple[float, float], pixels: Pixels) -> float:
    across, down = (one[0] - other[0]) * pixels.width, (one[1] - other[1]) * pixels.height
    return float(np.hypot(across, down) / np.hypot(pixels.width, pixels.height))


def _touched_sides(box: tuple[float, float, float, float]) -> tuple[str, ...]:
    near = 0.012
    reached = {
        "left": box[0] <= near, "top": box[1] <= near,
        "right": box[2] >= 1 - near, "bottom": box[3] >= 1 - near,
    }  # fmt: skip
    return tuple(side for side, is_reached in reached.items() if is_reached)
