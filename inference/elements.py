"""The composition classes as models name them, and how many numbers each is drawn with.

The same thirteen as in `measures.geometry.elements`, which this room does not reach; a test holds
both equal. Positions are fractions of the photo.
"""

from __future__ import annotations

from typing import Literal

Name = Literal[
    "center", "rule_of_thirds", "golden_ratio", "horizontal", "vertical", "diagonal", "symmetric",
    "triangle", "curved", "radial", "vanishing_point", "fill_the_frame", "pattern",
]  # fmt: skip

BOXES = frozenset({"center", "rule_of_thirds", "golden_ratio"})
SHAPELESS = frozenset({"fill_the_frame", "pattern"})
SHORTEST_POLYLINE = 4


def problem_of(name: str, points: list[float]) -> str:
    """What keeps the numbers from being the class's shape, in words; empty when nothing does."""
    wanted = _wanted(name)
    if name == "curved":
        if len(points) < SHORTEST_POLYLINE or len(points) % 2:
            return "curved needs two points or more, as x1, y1, x2, y2, ..."
    elif len(points) != wanted:
        return f"{name} needs {wanted} numbers, not {len(points)}"
    if name in BOXES and not (points[0] < points[2] and points[1] < points[3]):
        return f"{name} is a box and needs x1 < x2 and y1 < y2"
    return ""


def _wanted(name: str) -> int:
    if name in SHAPELESS:
        return 0
    return 6 if name == "triangle" else 4
