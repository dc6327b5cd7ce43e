"""Are the elements of a composition what their classes say: large enough, in the right direction."""

from __future__ import annotations

import math
from itertools import combinations

from annotation.contents import CompositionContent, FoundElement
from annotation.models import DraftKind
from catalog.drawing.composition import is_drawn
from catalog.models import Photo
from measures.boxes import Box
from measures.geometry.elements import Element, Geometry, geometry_of, title_of
from workers.verifiers import Check, Checked, Finding, Verifier

SHORTEST = 0.05  # of the photo's diagonal, for a line
SMALLEST = 0.002  # of the photo's area, for a box
LEVEL, UPRIGHT = 30.0, 60.0  # degrees beyond which a line is no longer what its class says
SAME = 0.02  # mean distance of the numbers of one element said twice


class CompositionShapesVerifier(Verifier):
    """By the numbers alone; what is to be seen in the photo is another verifier's."""

    name = "composition_shapes"
    title = "Composition elements have their shapes"
    kinds = frozenset({DraftKind.COMPOSITION})

    def check(self, check: Check) -> Checked:
        """Blocking for elements without a size and lines of another direction."""
        elements = CompositionContent.model_validate(check.draft.content).elements
        if not elements:
            return Checked([self._note("none", "It names no composition element.")])
        found: list[Finding] = []
        for number, element in enumerate(elements, start=1):
            found += self._look(number, element, check.draft.photo)
        return Checked(found + self._twice(elements))

    def _look(self, number: int, element: FoundElement, photo: Photo) -> list[Finding]:
        words = f"Element {number}, {title_of(element.name).lower()},"
        if not is_drawn(element.name):
            said = f"{words} is none of CROP's ten and is left out of the composition image."
            return [self._note("left_out", said)]
        if _is_tiny(element, photo):
            return [Finding(self.name, "small", f"{words} is too small to be one.")]
        if not _has_direction(element, photo):
            return [Finding(self.name, "direction", f"{words} runs in another direction.")]
        return []

    def _twice(self, elements: list[FoundElement]) -> list[Finding]:
        pairs = combinations(enumerate(elements, start=1), 2)
        return [
            self._note("twice", f"Elements {first} and {second} are the same.")
            for (first, one), (second, other) in pairs
            if _is_same(one, other)
        ]

    def _note(self, code: str, message: str) -> Finding:
        return Finding(self.name, code, message, is_blocking=False)


def _is_tiny(element: FoundElement, photo: Photo) -> bool:
    if geometry_of(element.name) is Geometry.BOX:
        return Box.of(element.points).area < SMALLEST
    xs = [x * photo.width for x in element.points[::2]]
    ys = [y * photo.height for y in element.points[1::2]]
    reach = math.hypot(max(xs) - min(xs), max(ys) - min(ys))
    return reach < SHORTEST * math.hypot(photo.width, photo.height)


def _has_direction(element: FoundElement, photo: Photo) -> bool:
    if geometry_of(element.name) is not Geometry.SEGMENT:
        return True
    x1, y1, x2, y2 = element.points
    across, down = abs(x2 - x1) * photo.width, abs(y2 - y1) * photo.height
    steep = math.degrees(math.atan2(down, across))
    fits = {
        Element.HORIZONTAL: steep <= LEVEL,
        Element.VERTICAL: steep >= UPRIGHT,
        Element.DIAGONAL: 5 < steep < 85,
    }
    return fits.get(element.name, True)


def _is_same(one: FoundElement, other: FoundElement) -> bool:
    if one.name != other.name or len(one.points) != len(other.points):
        return False
    turned = [
        number
        for at in range(len(other.points) - 2, -1, -2)
        for number in other.points[at : at + 2]
    ]
    return any(_apart(one.points, points) < SAME for points in (other.points, turned))


def _apart(one: list[float], other: list[float]) -> float:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) / max(1, len(one))
