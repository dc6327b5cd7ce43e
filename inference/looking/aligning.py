"""How well a crop serves the composition elements of its photo."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from inference.looking.cropping import Box

Point = tuple[float, float]
Element = Mapping[str, Any]

THIRDS = (1 / 3, 2 / 3)
GOLDEN = (0.382, 0.618)
LEEWAY = 0.12  # from a guide line, in shares of the crop; there the score has fallen to a third
CORNERS = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


def aligned(box: Box, elements: Sequence[Element]) -> float:
    """The mean over the elements, [0, 1]; 0.5 where there are none, so that nothing is decided."""
    fits = [fit_of(box, element) for element in elements]
    return sum(fits) / len(fits) if fits else 0.5


def served(box: Box, elements: Sequence[Element]) -> list[str]:
    """The names of the elements that a crop serves well, each once."""
    return list(dict.fromkeys(str(e["name"]) for e in elements if fit_of(box, e) > 0.6))


def fit_of(box: Box, element: Element) -> float:
    """One element: 1 where the crop sets it on its guide lines, 0 where it is cut away."""
    inside = [_inside(point, box) for point in _points(element)]
    if not inside:
        return 0.5
    return FITS.get(str(element["name"]), _kept)(inside)


def _points(element: Element) -> list[Point]:
    numbers = [float(number) for number in element["points"]]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def _inside(point: Point, box: Box) -> Point:
    return (point[0] - box[0]) / (box[2] - box[0]), (point[1] - box[1]) / (box[3] - box[1])


def _near(distance: float) -> float:
    return math.exp(-((distance / LEEWAY) ** 2))


def _kept(points: Sequence[Point]) -> float:
    held = [all(-0.01 <= value <= 1.01 for value in point) for point in points]
    return sum(held) / len(held)


def _middle(corners: Sequence[Point]) -> Point:
    (x1, y1), (x2, y2) = corners[0], corners[-1]
    return (x1 + x2) / 2, (y1 + y2) / 2


def _centred(corners: Sequence[Point]) -> float:
    return _near(math.dist(_middle(corners), (0.5, 0.5))) * _kept(corners)


def _crossing(shares: tuple[float, float]) -> Callable[[Sequence[Point]], float]:
    """The middle of the subject's box against the crossings of guide lines."""

    def fit(corners: Sequence[Point]) -> float:
        middle = _middle(corners)
        nearest = min(math.dist(middle, (x, y)) for x in shares for y in shares)
        return _near(nearest) * _kept(corners)

    return fit


def _line(axis: int) -> Callable[[Sequence[Point]], float]:
    """A level or upright line against the thirds; in the middle it counts a little less."""

    def fit(ends: Sequence[Point]) -> float:
        at = _middle(ends)[axis]
        if not 0 < at < 1:
            return 0.3  # cut away: neither served nor spoilt
        return max(*(_near(at - share) for share in THIRDS), 0.7 * _near(at - 0.5))

    return fit


def _axis(ends: Sequence[Point]) -> float:
    across, down = abs(ends[1][0] - ends[0][0]), abs(ends[1][1] - ends[0][1])
    return _near(_middle(ends)[0 if down > across else 1] - 0.5)


def _from_corner(ends: Sequence[Point]) -> float:
    return _near(min(math.dist(end, corner) for end in (ends[0], ends[-1]) for corner in CORNERS))


def _end_kept(ends: Sequence[Point]) -> float:
    return _kept(ends[-1:])


FITS: dict[str, Callable[[Sequence[Point]], float]] = {
    "center": _centred,
    "rule_of_thirds": _crossing(THIRDS),
    "golden_ratio": _crossing(GOLDEN),
    "horizontal": _line(1),
    "vertical": _line(0),
    "symmetric": _axis,
    "diagonal": _from_corner,
    "vanishing_point": _end_kept,
}
