"""Straight lines in a photo, found by a Hough transform whose votes carry the edges' own directions.

Every strong edge pixel votes for the one line that it lies on; the line with most votes is traced
along its pixels to a segment, its pixels stop voting, and the next line is looked for.
After Ballard (1981); no learning, the same photo always gives the same segments.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from inference.looking.edges import Edges, find_edges
from inference.looking.pixels import Grid, Pixels, rounded

DEGREES = 2.0  # of one bin of directions
MOST = 24
SHORTEST = 0.3  # of the shorter side
NEAR = 2.0  # pixels of the small picture between a line and an edge that belongs to it
ALONG = 8.0  # degrees between a line and an edge that belongs to it
GAP = 7.0  # pixels that a line may be interrupted for
FILLED = 0.6  # of a segment's length must lie on edges


@dataclass(frozen=True)
class Segment:
    """Two ends in fractions of the photo; ``angle`` in degrees of the upright pixels, (-90, 90], 0
    is level, positive falls to the right; ``length`` in shares of the photo's shorter side."""

    x1: float
    y1: float
    x2: float
    y2: float
    angle: float
    length: float

    @property
    def points(self) -> list[float]:
        """x1 y1 x2 y2."""
        return [self.x1, self.y1, self.x2, self.y2]


def find_segments(pixels: Pixels) -> list[Segment]:
    """The straight lines of a photo, the clearest first."""
    edges = find_edges(pixels)
    clear = edges.clear
    rows, columns = np.nonzero(clear)
    left = np.array([columns, rows, edges.direction[rows, columns], clear[rows, columns]])
    found: list[Segment] = []
    for _ in range(MOST):
        if left.shape[1] < SHORTEST * min(edges.strong.shape):
            break
        angle, offset = _strongest(left, math.hypot(*edges.strong.shape))
        on = _belongs(left, angle, offset)
        segment = _traced(left[:, on], angle, edges)
        if segment is not None:
            found.append(segment)
        gone = on | (np.abs(_offset(left, angle) - offset) < 1)
        left = left[:, ~gone]
    return found


def support(edges: Edges, points: Sequence[float]) -> float:
    """The share of a segment x1 y1 x2 y2 (fractions) that runs along a strong edge, [0, 1]."""
    height, width = edges.strong.shape
    x1, y1, x2, y2 = points[0] * width, points[1] * height, points[2] * width, points[3] * height
    count = max(2, int(math.hypot(x2 - x1, y2 - y1)))
    angle = math.degrees(math.atan2(y2 - y1, x2 - x1))
    turned = np.abs((edges.direction - angle + 90) % 180 - 90)
    fits = ndimage.maximum_filter((edges.clear > 0) & (turned <= 15), size=9)
    xs = np.clip(np.linspace(x1, x2, count), 0, width - 1).astype(int)
    ys = np.clip(np.linspace(y1, y2, count), 0, height - 1).astype(int)
    return float(fits[ys, xs].mean())


def _strongest(left: Grid, reach: float) -> tuple[float, float]:
    """Direction (degrees, [0, 180)) and distance from the origin of the line with most votes."""
    bins = (round(180 / DEGREES), 2 * math.ceil(reach / 2))
    angles = left[2] % 180
    votes, _, _ = np.histogram2d(
        angles, _offset(left, angles), bins=bins, range=((0, 180), (-reach, reach)), weights=left[3]
    )
    # Beyond 180 degrees the same lines come again, seen from the other side.
    around = np.vstack([votes[-3:, ::-1], votes, votes[:3, ::-1]])
    smooth = ndimage.gaussian_filter(around, (1.0, 0.8))[3:-3]
    at, far = np.unravel_index(int(np.argmax(smooth)), smooth.shape)
    return (float(at) + 0.5) * DEGREES, (float(far) + 0.5) * 2 * reach / bins[1] - reach


def _offset(left: Grid, angle: float | Grid) -> Grid:
    turned = np.radians(angle)
    return np.asarray(left[1] * np.cos(turned) - left[0] * np.sin(turned))


def _belongs(left: Grid, angle: float, offset: float) -> Grid:
    turned = np.abs((left[2] - angle + 90) % 180 - 90)
    return np.asarray((np.abs(_offset(left, angle) - offset) <= NEAR) & (turned <= ALONG))


def _traced(line: Grid, angle: float, edges: Edges) -> Segment | None:
    """The longest unbroken part of a line, if it is long and full enough."""
    shorter = min(edges.strong.shape)
    if line.shape[1] < SHORTEST * shorter:
        return None
    turned = math.radians(angle)
    along = line[0] * math.cos(turned) + line[1] * math.sin(turned)
    order = np.argsort(along, kind="stable")
    breaks = np.flatnonzero(np.diff(along[order]) > GAP) + 1
    run = max(np.split(order, breaks), key=lambda part: float(np.ptp(along[part])))
    length = float(np.ptp(along[run]))
    is_full = len(np.unique(np.round(along[run]))) >= FILLED * length
    if length < SHORTEST * shorter or not is_full:
        return None
    return _segment(line[:, run], along[run], edges.strong.shape)


def _segment(line: Grid, along: Grid, shape: tuple[int, ...]) -> Segment:
    """The line through the pixels, by least squares on where they lie along it."""
    columns = [np.polyfit(along, line[axis], 1, w=np.sqrt(line[3])) for axis in (0, 1)]
    (x1, y1), (x2, y2) = sorted(
        [float(np.polyval(columns[axis], end)) for axis in (0, 1)]
        for end in (along.min(), along.max())
    )
    angle = math.degrees(math.atan2(y2 - y1, x2 - x1))
    height, width = shape
    ends = ((x1, width), (y1, height), (x2, width), (y2, height))
    at = [rounded(np.clip((value + 0.5) / size, 0, 1)) for value, size in ends]
    length = rounded(math.hypot(x2 - x1, y2 - y1) / min(shape))
    return Segment(at[0], at[1], at[2], at[3], angle=rounded(angle, 1), length=length)
