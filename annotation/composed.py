"""CROP's composition and candidates as numbered lines: for prompts and for people alike."""

from __future__ import annotations

from annotation.contents import FoundElement, ProposedCrop
from measures.geometry.elements import Geometry, geometry_of, title_of


def element_words(element: FoundElement) -> str:
    """For example "Horizontal from (0.00, 0.41) to (1.00, 0.43): the horizon"."""
    note = f": {element.note}" if element.note else ""
    return f"{title_of(element.name)}{where(element)}{note}"


def where(element: FoundElement) -> str:
    """Where it lies, in words that follow its name; empty for a class without a shape."""
    ends = list(zip(element.points[::2], element.points[1::2], strict=True))
    points = [f"({x:.2f}, {y:.2f})" for x, y in ends]
    geometry = geometry_of(element.name)
    if geometry is Geometry.NOTHING:
        return ""
    if geometry is Geometry.BOX:
        return f" in the box from {points[0]} to {points[1]}"
    if geometry is Geometry.TRIANGLE:
        return f" with corners {', '.join(points)}"
    return " from " + " to ".join(points)


def crop_words(crop: ProposedCrop) -> str:
    """For example "[0.10, 0.20, 0.90, 0.80]: keeps the boat on a third"."""
    corners = ", ".join(f"{corner:.2f}" for corner in crop.box)
    return f"[{corners}]" + (f": {crop.rationale}" if crop.rationale else "")
