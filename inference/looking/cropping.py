"""Crop proposals from measured facts: a grid of boxes, scored, the best different ones kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from inference.looking import View
from inference.looking.pixels import Grid

Box = tuple[float, float, float, float]

# Width over height; None keeps the photo's own.
ASPECTS: tuple[float | None, ...] = (None, 1.0, 4 / 3, 3 / 2, 16 / 9, 4 / 5, 3 / 4, 2 / 3)
SIZES = (1.0, 0.92, 0.84, 0.75, 0.66, 0.57)
STEPS = 7
MAX_OVERLAP = 0.72
# How much what else counts weighs beside a crop's own score.
ALSO = 0.35
EDGE = 2


@dataclass(frozen=True)
class Proposal:
    """One crop, ``box`` in fractions, with the measured reasons; all but ``box`` in [0, 1].

    ``kept``: share of the visual weight inside; ``whole``: share of the subject inside;
    ``placed``: 1 when the subject's centre sits on a third line crossing or, in a symmetric
    photo, in the middle; ``clean``: 1 when nothing heavy is cut by the box's edges."""

    box: Box
    score: float
    kept: float
    whole: float
    placed: float
    clean: float
    centre: tuple[float, float]
    is_centred: bool


def propose_crops(
    seen: View, count: int, also: Callable[[Box], float] | None = None
) -> list[Proposal]:
    """``count`` different crops, the best first. The same photo always gives the same ones."""
    boxes = _candidates(seen.pixels.width / seen.pixels.height)
    rated = (rate_crop(seen, box, also) for box in boxes)
    scored = sorted(rated, key=lambda each: (-each.score, each.box))
    chosen: list[Proposal] = []
    limit = MAX_OVERLAP
    while len(chosen) < count and limit < 1.05:
        for each in scored:
            if len(chosen) < count and all(overlap(each.box, one.box) < limit for one in chosen):
                chosen.append(each)
        limit += 0.06
    return sorted(chosen, key=lambda each: (-each.score, each.box))


def rate_crop(seen: View, box: Box, also: Callable[[Box], float] | None = None) -> Proposal:
    """One crop, measured; ``also`` gives what else counts for it, [0, 1]."""
    own = _score(seen, box)
    if also is None:
        return own
    return replace(own, score=round((1 - ALSO) * own.score + ALSO * also(box), 4))


def overlap(one: Box, other: Box) -> float:
    """Intersection over union."""
    across = max(0.0, min(one[2], other[2]) - max(one[0], other[0]))
    down = max(0.0, min(one[3], other[3]) - max(one[1], other[1]))
    both = across * down
    return both / ((one[2] - one[0]) * (one[3] - one[1]) + _area(other) - both)


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _candidates(photo_aspect: float) -> list[Box]:
    found: set[Box] = set()
    for aspect in ASPECTS:
        if aspect and (aspect > 1.4 > 1.4 * photo_aspect or aspect < 0.72 < 0.72 * photo_aspect):
            continue  # a wide strip out of an upright photo, or the other way round
        wide = min(1.0, (aspect or photo_aspect) / photo_aspect)
        high = min(1.0, photo_aspect / (aspect or photo_aspect))
        for size in SIZES:
            found.update(_placed(wide * size, high * size))
    # The photo as it stands is no crop.
    return sorted(box for box in found if 0.2 < _area(box) < 0.97)


def _placed(width: float, height: float) -> list[Box]:
    boxes = []
    for x in np.unique(np.linspace(0, 1 - width, STEPS).round(4)):
        for y in np.unique(np.linspace(0, 1 - height, STEPS).round(4)):
            corner = (min(1.0, float(x) + width), min(1.0, float(y) + height))
            boxes.append((float(x), float(y), round(corner[0], 4), round(corner[1], 4)))
    return boxes


def _score(seen: View, box: Box) -> Proposal:
    part = _slices(seen.weight, box)
    kept = float(seen.weight[part].sum())
    whole = float(seen.mask[part].sum() / seen.mask.sum())
    clean = _clean(seen.weight, seen.mask, box)
    centre = _inside(seen.facts.subject.centre, box)
    placed, is_centred = _placement(seen, centre)
    filled = min(1.0, seen.facts.subject.area / _area(box) / 0.18)
    roomy = 1 - abs(_area(box) - 0.62) / 0.62
    score = (
        0.24 * whole**2 + 0.26 * kept + 0.2 * placed + 0.16 * clean + 0.08 * filled + 0.06 * roomy
    )
    return Proposal(
        box=box,
        score=round(float(np.clip(score, 0, 1)), 4),
        kept=round(kept, 4),
        whole=round(whole, 4),
        placed=round(placed, 4),
        clean=round(clean, 4),
        centre=centre,
        is_centred=is_centred,
    )


def _slices(grid: Grid, box: Box) -> tuple[slice, slice]:
    height, width = grid.shape
    return (
        slice(round(box[1] * height), max(round(box[1] * height) + 1, round(box[3] * height))),
        slice(round(box[0] * width), max(round(box[0] * width) + 1, round(box[2] * width))),
    )


def _clean(weight: Grid, mask: Grid, box: Box) -> float:
    """1 when the new edges run through quiet places; an edge through the subject costs most."""
    rows, columns = _slices(weight, box)
    edges = []
    if box[0] > 0:
        edges.append((rows, slice(columns.start, columns.start + EDGE)))
    if box[2] < 1:
        edges.append((rows, slice(columns.stop - EDGE, columns.stop)))
    if box[1] > 0:
        edges.append((slice(rows.start, rows.start + EDGE), columns))
    if box[3] < 1:
        edges.append((slice(rows.stop - EDGE, rows.stop), columns))
    heaviest = max((float(weight[edge].mean() * weight.size) for edge in edges), default=0.0)
    cut = max((float(mask[edge].mean()) for edge in edges), default=0.0)
    return float(np.clip(1 - heaviest / 4 - 1.5 * cut, 0, 1))


def _inside(point: tuple[float, float], box: Box) -> tuple[float, float]:
    """A point of the photo in fractions of the box."""
    return (
        round((point[0] - box[0]) / (box[2] - box[0]), 4),
        round((point[1] - box[1]) / (box[3] - box[1]), 4),
    )


def _placement(seen: View, centre: tuple[float, float]) -> tuple[float, bool]:
    thirds = min(
        np.hypot(centre[0] - x, centre[1] - y) for x in (1 / 3, 2 / 3) for y in (1 / 3, 2 / 3)
    )
    middle = abs(centre[0] - 0.5) + 0.5 * abs(centre[1] - 0.5)
    is_symmetric = seen.facts.balance.mirror_sideways > 0.7
    on_thirds, in_middle = np.exp(-((thirds / 0.12) ** 2)), np.exp(-((middle / 0.1) ** 2))
    in_middle *= 1.0 if is_symmetric else 0.6
    return float(max(on_thirds, in_middle)), bool(in_middle > on_thirds)
