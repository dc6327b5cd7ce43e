"""Composition elements are added, never edited; those of an answer that was replaced are taken back."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.models import User
from catalog.models import CompositionElement, CropOrigin, Photo
from core.errors import InvalidInput
from measures.geometry.elements import Element, checked_coordinates


def add_elements(
    *,
    photo: Photo,
    shapes: Sequence[tuple[Element, Sequence[float]]],
    origin: CropOrigin,
    made_from: str,
    by: User | None = None,
) -> list[CompositionElement]:
    """Add the elements that one source names; `InvalidInput` for coordinates that make no shape."""
    if not made_from:
        raise InvalidInput("made_from is a path such as response/12.", field="made_from")
    rows = [
        CompositionElement(
            photo=photo, name=element.value, points=list(checked_coordinates(element, points)),
            origin=origin, made_from=made_from, by=by,
        )
        for element, points in shapes
    ]  # fmt: skip
    return CompositionElement.objects.bulk_create(rows)


def take_back_elements(*, made_from: str) -> int:
    """Remove what came from an answer that is replaced; the answer itself stays. How many."""
    return CompositionElement.objects.filter(made_from=made_from).delete()[0]
