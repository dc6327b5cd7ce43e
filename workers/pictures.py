"""Pictures as models get them: the upright photo with a crop outlined in red."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

from catalog.selectors.pixels import jpeg
from inference.backends import Source, registry
from measures.boxes import Box
from measures.boxes.conversions import to_pixels

RED = (255, 0, 0)
# Width of the outline as a share of the longer side, and its least width in pixels.
WIDTH = 0.005
LEAST_WIDTH = 2
QUALITY = 92


def outlined(picture: bytes, box: Box) -> bytes:
    """The JPEG with a red outline around ``box`` (Venus, AR-Generation).

    The outline runs outside of the box, so that it hides nothing of the crop, and inside only where
    the box reaches the photo's edge.
    """
    with Image.open(io.BytesIO(picture)) as opened:
        image = opened.convert("RGB")
    width = max(LEAST_WIDTH, round(WIDTH * max(image.size)))
    x1, y1, x2, y2 = to_pixels(box, image.size)
    frame = (
        max(0, round(x1) - width),
        max(0, round(y1) - width),
        min(image.width, round(x2) + width) - 1,
        min(image.height, round(y2) + width) - 1,
    )
    ImageDraw.Draw(image).rectangle(frame, outline=RED, width=width)
    return jpeg(image, quality=QUALITY)


def shown_to(source: Source, picture: bytes, box: Box) -> bytes:
    """What a source gets of a photo and a box: rules measure pixels, which an outline would spoil,
    and take the box as numbers."""
    is_measured = registry.get(source.backend).is_rule_based
    return picture if is_measured else outlined(picture, box)
