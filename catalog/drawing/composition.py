"""The composition image of CROP: a photo with its composition elements drawn onto it.

After CADB's drawing rules: centre, rule of thirds and golden ratio are boxes with their guide lines
across the photo; the classes of lines are segments; triangle and curved are polylines. Each has the
colour of its class and a label with its number, the one that it has in lists of the same elements.
CROP uses ten of the thirteen classes: the other three are left out knowingly, see `left_out`.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, UnidentifiedImageError

from catalog.drawing.palette import rgb
from catalog.drawing.strokes import Layer, Point, as_png
from core.errors import InvalidInput
from measures.geometry.elements import (
    NOT_IN_CROP,
    Element,
    Geometry,
    checked_coordinates,
    geometry_of,
    title_of,
)
from measures.geometry.guides import GOLDEN, THIRDS, guide_segments

Shape = tuple[Element, Sequence[float]]

GUIDES: dict[Element, tuple[float, ...]] = {
    Element.CENTER: (0.5,),
    Element.RULE_OF_THIRDS: THIRDS,
    Element.GOLDEN_RATIO: GOLDEN,
}


def composition_png(photo: bytes, shapes: Sequence[Shape]) -> bytes:
    """The drawn photo as a PNG of the same size; the same photo and shapes are the same bytes.

    ``photo`` is an upright JPEG or PNG. `InvalidInput` for what is no picture, and for coordinates
    that do not make the class's shape.
    """
    return as_png(draw_elements(opened(photo), shapes))


def draw_elements(photo: Image.Image, shapes: Sequence[Shape]) -> Image.Image:
    """A new picture: guide lines first, then the shapes, then all labels on top."""
    checked = [(element, checked_coordinates(element, numbers)) for element, numbers in shapes]
    layer = Layer(photo.size)
    for element in dict.fromkeys(element for element, _ in checked):
        _draw_guides(layer, element)
    numbered = [(at, *shape) for at, shape in enumerate(checked, 1) if is_drawn(shape[0])]
    for _, element, numbers in numbered:
        _draw_shape(layer, element, points_of(element, numbers))
    for at, element, numbers in numbered:
        layer.label(f"{at} {title_of(element)}", _anchor(element, numbers), rgb(element))
    return layer.over(photo)


def is_drawn(element: Element) -> bool:
    """Whether CROP uses the class."""
    return element not in NOT_IN_CROP


def left_out(shapes: Sequence[Shape]) -> list[Element]:
    """The classes among the shapes that the composition image does not show."""
    return list(dict.fromkeys(element for element, _ in shapes if not is_drawn(element)))


def points_of(element: Element, numbers: Sequence[float]) -> list[Point]:
    """The corners or vertices of a shape as (x, y); none for a class without a shape."""
    if geometry_of(element) is Geometry.BOX:
        x1, y1, x2, y2 = numbers
        return [(x1, y1), (x2, y1), (x2, y2), (x1, y2)]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def opened(photo: bytes) -> Image.Image:
    """The picture, decoded; `InvalidInput` for bytes that are none."""
    try:
        with Image.open(io.BytesIO(photo)) as picture:
            return picture.convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError) as error:
        raise InvalidInput("This is no picture that can be drawn on.", field="photo") from error


def _draw_guides(layer: Layer, element: Element) -> None:
    for x1, y1, x2, y2 in guide_segments(GUIDES.get(element, ())):
        layer.helper((x1, y1), (x2, y2), rgb(element))


def _draw_shape(layer: Layer, element: Element, points: list[Point]) -> None:
    if geometry_of(element) in (Geometry.BOX, Geometry.TRIANGLE):
        layer.ring(points, rgb(element))
    else:
        layer.line(points, rgb(element))


def _anchor(element: Element, numbers: Sequence[float]) -> Point:
    """Where the label belongs: the first corner of a box, the middle of a line."""
    points = points_of(element, numbers)
    if geometry_of(element) in (Geometry.BOX, Geometry.TRIANGLE):
        return points[0]
    before, after = points[(len(points) - 1) // 2], points[len(points) // 2]
    return (before[0] + after[0]) / 2, (before[1] + after[1]) / 2
