"""The named composition elements and the shape each one is drawn with.

Thirteen classes from CADB (and "none"); CROP uses ten of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from core.errors import InvalidInput
from measures.boxes.box import Box


class Geometry(StrEnum):
    """How an element's coordinates are read: all are x y numbers in shares of the photo."""

    BOX = "box"  # x1 y1 x2 y2, two corners
    SEGMENT = "segment"  # x1 y1 x2 y2, two ends in any direction
    TRIANGLE = "triangle"  # three points
    POLYLINE = "polyline"  # two points or more
    NOTHING = "nothing"  # the class says it all


class Element(StrEnum):
    """A composition class, by the name that CADB's files use."""

    CENTER = "center"
    RULE_OF_THIRDS = "rule_of_thirds"
    GOLDEN_RATIO = "golden_ratio"
    HORIZONTAL = "horizontal"
    VERTICAL = "vertical"
    DIAGONAL = "diagonal"
    SYMMETRIC = "symmetric"
    TRIANGLE = "triangle"
    CURVED = "curved"
    RADIAL = "radial"
    VANISHING_POINT = "vanishing_point"
    FILL_THE_FRAME = "fill_the_frame"
    PATTERN = "pattern"


_BOXES = {Element.CENTER, Element.RULE_OF_THIRDS, Element.GOLDEN_RATIO}
_SHAPELESS = {Element.FILL_THE_FRAME, Element.PATTERN}
NOT_IN_CROP = frozenset({Element.RADIAL, Element.PATTERN, Element.FILL_THE_FRAME})
CROP_ELEMENTS: tuple[Element, ...] = tuple(e for e in Element if e not in NOT_IN_CROP)

_TITLES = {
    Element.CENTER: "Centre",
    Element.RULE_OF_THIRDS: "Rule of thirds",
    Element.GOLDEN_RATIO: "Golden ratio",
    Element.FILL_THE_FRAME: "Fill the frame",
    Element.VANISHING_POINT: "Vanishing point",
}


def title_of(element: Element) -> str:
    """The name that people read."""
    return _TITLES.get(element, element.value.capitalize())


def geometry_of(element: Element) -> Geometry:
    """The shape that an element is drawn with."""
    if element in _BOXES:
        return Geometry.BOX
    if element in _SHAPELESS:
        return Geometry.NOTHING
    if element is Element.TRIANGLE:
        return Geometry.TRIANGLE
    return Geometry.POLYLINE if element is Element.CURVED else Geometry.SEGMENT


def checked_coordinates(element: Element, numbers: Sequence[float]) -> tuple[float, ...]:
    """The coordinates of one drawn element, if they are right for its shape.

    `InvalidInput` in words for a wrong count, a number outside 0..1, or a box without area.
    """
    geometry = geometry_of(element)
    if not _is_count_right(geometry, len(numbers)):
        raise InvalidInput(
            f"{title_of(element)} is drawn as a {geometry.value}; "
            f"{len(numbers)} numbers do not make one.",
            field="coordinates",
        )
    if geometry is Geometry.BOX:
        return Box.of(list(numbers)).corners()
    if any(not 0 <= number <= 1 for number in numbers):
        raise InvalidInput("A point of the element lies outside the photo.", field="coordinates")
    return tuple(float(number) for number in numbers)


def is_count_right(element: Element, count: int) -> bool:
    """Whether so many numbers make one drawn element of this class."""
    return _is_count_right(geometry_of(element), count)


def _is_count_right(geometry: Geometry, count: int) -> bool:
    if geometry is Geometry.POLYLINE:
        return count >= 4 and count % 2 == 0
    wanted = {Geometry.BOX: 4, Geometry.SEGMENT: 4, Geometry.TRIANGLE: 6, Geometry.NOTHING: 0}
    return count == wanted[geometry]
