"""What a given crop does to a photo: what it keeps, what it cuts, where the weight comes to lie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inference.looking import View
from inference.looking.borders import SIDES
from inference.looking.cropping import Box, rate_crop
from inference.looking.pixels import Grid, rounded

# How far from the crop's edge, in cells of the weight map, a cut is looked for.
REACH = 1


@dataclass(frozen=True)
class Framing:
    """Measured of one box, shares in [0, 1].

    ``whole``: of the subject inside; ``kept``: of the visual weight inside; ``area``: of the photo;
    ``fill``: of the frame that the subject's part in it takes, ``fill_before`` of the photo;
    ``centre``: the subject's centre in fractions of the frame, outside [0, 1] where it lies beyond;
    ``cuts``: sides of the frame that run through the subject; ``lean``: where the weight inside lies
    from the frame's middle, [-1, 1], right and down positive; ``clean``: 1 when nothing heavy is cut
    by the edges; ``light``: mean brightness inside minus that outside; ``dropped``: how much of the
    photo is left out on the left, top, right and bottom.
    """

    area: float
    whole: float
    kept: float
    fill: float
    fill_before: float
    centre: tuple[float, float]
    is_placed: bool
    is_centred: bool
    cuts: tuple[str, ...]
    lean: tuple[float, float]
    clean: float
    light: float
    dropped: tuple[float, float, float, float]


def measure_framing(seen: View, box: Box) -> Framing:
    """``box`` in fractions of the upright photo, x1 y1 x2 y2."""
    scored = rate_crop(seen, box)
    rows, columns = _part(seen.weight, box)
    inside = seen.mask[rows, columns]
    return Framing(
        area=rounded((box[2] - box[0]) * (box[3] - box[1])),
        whole=scored.whole,
        kept=scored.kept,
        fill=rounded(inside.mean()),
        fill_before=rounded(seen.mask.mean()),
        centre=scored.centre,
        is_placed=scored.placed >= 0.35,
        is_centred=scored.is_centred,
        cuts=_cuts(seen.mask, box),
        lean=_lean(seen.weight[rows, columns]),
        clean=scored.clean,
        light=_light(seen.pixels.luma, (rows, columns)),
        dropped=(rounded(box[0]), rounded(box[1]), rounded(1 - box[2]), rounded(1 - box[3])),
    )


def _part(grid: Grid, box: Box) -> tuple[slice, slice]:
    height, width = grid.shape
    top, left = min(height - 1, round(box[1] * height)), min(width - 1, round(box[0] * width))
    return (
        slice(top, max(top + 1, round(box[3] * height))),
        slice(left, max(left + 1, round(box[2] * width))),
    )


def _cuts(mask: Grid, box: Box) -> tuple[str, ...]:
    """Sides on both sides of which the subject goes on."""
    rows, columns = _part(mask, box)
    lines = {
        "left": (mask[rows, columns.start], mask[rows, columns.start - REACH]),
        "top": (mask[rows.start, columns], mask[rows.start - REACH, columns]),
        "right": (mask[rows, columns.stop - 1], mask[rows, columns.stop % mask.shape[1]]),
        "bottom": (mask[rows.stop - 1, columns], mask[rows.stop % mask.shape[0], columns]),
    }
    at_edge = {
        "left": columns.start == 0, "top": rows.start == 0,
        "right": columns.stop >= mask.shape[1], "bottom": rows.stop >= mask.shape[0],
    }  # fmt: skip
    return tuple(
        side
        for side in SIDES
        if not at_edge[side] and bool((lines[side][0] & lines[side][1]).any())
    )


def _lean(weight: Grid) -> tuple[float, float]:
    total = float(weight.sum())
    if total <= 0:
        return 0.0, 0.0
    across = np.linspace(-1, 1, weight.shape[1]) if weight.shape[1] > 1 else np.zeros(1)
    down = np.linspace(-1, 1, weight.shape[0]) if weight.shape[0] > 1 else np.zeros(1)
    return (
        rounded((weight.sum(axis=0) * across).sum() / total),
        rounded((weight.sum(axis=1) * down).sum() / total),
    )


def _light(luma: Grid, part: tuple[slice, slice]) -> float:
    inside = luma[part]
    rest = luma.size - inside.size
    if not rest:
        return 0.0
    outside = (luma.sum() - inside.sum()) / rest
    return rounded(inside.mean() - outside)
