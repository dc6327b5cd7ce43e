"""The picture of CROP's decision: numbered candidate crops drawn onto the photo."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.drawing.composition import opened
from catalog.drawing.palette import COLOURS, rgb
from catalog.drawing.strokes import Layer, as_png
from measures.boxes import Box

INKS = [rgb(element) for element in list(COLOURS)[:10]]


def candidates_png(photo: bytes, boxes: Sequence[Box]) -> bytes:
    """The photo with every box and its number, from 1; the same boxes are the same bytes."""
    picture = opened(photo)
    layer = Layer(picture.size)
    inks = [INKS[at % len(INKS)] for at in range(len(boxes))]
    for box, ink in zip(boxes, inks, strict=True):
        corners = [(box.x1, box.y1), (box.x2, box.y1), (box.x2, box.y2), (box.x1, box.y2)]
        layer.ring(corners, ink)
    for number, (box, ink) in enumerate(zip(boxes, inks, strict=True), start=1):
        layer.label(str(number), (box.x1, box.y1), ink)
    return as_png(layer.over(picture))
