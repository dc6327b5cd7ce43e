"""Guide lines of a composition overlay, in shares of the photo (or of the crop they lie on)."""

from __future__ import annotations

import math
from collections.abc import Sequence

from measures.boxes.box import Box

Point = tuple[float, float]
Segment = tuple[float, float, float, float]

THIRDS: tuple[float, float] = (1 / 3, 2 / 3)
# The golden section of a side, from either end: 0.382 and 0.618.
GOLDEN: tuple[float, float] = ((3 - math.sqrt(5)) / 2, (math.sqrt(5) - 1) / 2)


def power_points(lines: Sequence[float] = THIRDS) -> list[Point]:
    """Where the guide lines cross, row by row: four points for thirds and golden lines."""
    return [(x, y) for y in lines for x in lines]


def guide_segments(lines: Sequence[float] = THIRDS, within: Box | None = None) -> list[Segment]:
    """The upright lines, then the level ones, as x1 y1 x2 y2 segments across a box."""
    box = within or Box.whole()
    xs = [box.x1 + share * box.width for share in lines]
    ys = [box.y1 + share * box.height for share in lines]
    return [(x, box.y1, x, box.y2) for x in xs] + [(box.x1, y, box.x2, y) for y in ys]


def distance_to_nearest(point: Point, points: Sequence[Point]) -> float:
    """Distance to the nearest of several points, both axes in shares of the photo's sides."""
    return min(math.dist(point, other) for other in points)
