"""What happens at the edges of the frame: distractions, empty strips, head room."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import ndimage

from inference.looking.pixels import Grid, Pixels, rounded
from inference.looking.subject import SubjectFacts

BAND = 0.05
SIDES = ("left", "top", "right", "bottom")


@dataclass(frozen=True)
class BorderFacts:
    """Per side (left, top, right, bottom): ``pull`` is the visual weight of the outer 5 % against
    an even spread (1 when even, the subject left out), ``bright`` how much brighter that strip's
    brightest tenth is than the photo's median, ``empty`` the depth of the strip without detail, as
    a fraction of the photo. ``room`` is the distance from the subject's box to that side."""

    pull: tuple[float, float, float, float]
    bright: tuple[float, float, float, float]
    empty: tuple[float, float, float, float]
    room: tuple[float, float, float, float]


def measure_borders(pixels: Pixels, weight: Grid, mask: Grid, subject: SubjectFacts) -> BorderFacts:
    """``weight`` sums to 1; ``mask`` is True on the subject."""
    others = np.where(mask, 0, weight)
    detail = ndimage.gaussian_gradient_magnitude(pixels.luma, 1.0)
    x1, y1, x2, y2 = subject.box
    median = float(np.median(pixels.luma))
    return BorderFacts(
        pull=_each(others, lambda strip: strip.mean() * weight.size),
        bright=_each(pixels.luma, lambda strip: np.percentile(strip, 90) - median),
        empty=_empty_depths(detail),
        room=(rounded(x1), rounded(y1), rounded(1 - x2), rounded(1 - y2)),
    )


def _from_side(grid: Grid, side: str) -> Grid:
    """The grid turned so that the side lies on top."""
    turned = {"left": grid.T, "top": grid, "right": grid.T[::-1], "bottom": grid[::-1]}
    return turned[side]


def _each(grid: Grid, measure: Callable[[Grid], Any]) -> tuple[float, float, float, float]:
    found = []
    for side in SIDES:
        turned = _from_side(grid, side)
        found.append(rounded(measure(turned[: max(2, round(BAND * len(turned)))])))
    return (found[0], found[1], found[2], found[3])


def _empty_depths(detail: Grid) -> tuple[float, float, float, float]:
    quiet = 0.25 * float(np.percentile(detail, 90))
    found = []
    for side in SIDES:
        lines = np.percentile(_from_side(detail, side), 95, axis=1)
        busy = np.nonzero(lines > max(quiet, 0.004))[0]
        found.append(rounded((busy[0] if busy.size else len(lines)) / len(lines)))
    return (found[0], found[1], found[2], found[3])
