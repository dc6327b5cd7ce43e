"""The small copies of a photo that everything is measured on."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from core.errors import InvalidInput, TooLarge

Grid = NDArray[Any]

SMALL_SIDE = 256
FINE_SIDE = 768
MAX_PIXELS = 150_000_000


@dataclass(frozen=True)
class Pixels:
    """``rgb`` (h, w, 3) and ``luma`` (h, w) in [0, 1], longest side 256; ``fine`` is the luma of a
    768 px copy. ``width`` and ``height`` are the photo's own, upright, in pixels."""

    rgb: Grid
    luma: Grid
    fine: Grid
    width: int
    height: int


def open_pixels(image: bytes) -> Pixels:
    """Reads JPEG or PNG bytes. Raises `InvalidInput` for what is no picture."""
    try:
        with Image.open(io.BytesIO(image)) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise TooLarge(f"The picture has more than {MAX_PIXELS // 1_000_000} megapixels.")
            size = opened.size
            # A JPEG is decoded at a fraction of its size where that is still large enough.
            opened.draft("RGB", (FINE_SIDE * 2, FINE_SIDE * 2))
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise InvalidInput("This is not a picture that can be read (JPEG or PNG).") from error
    fine = _shrunk(upright, FINE_SIDE)
    rgb = np.asarray(_shrunk(fine, SMALL_SIDE), dtype=np.float64) / 255
    luma_fine = np.asarray(fine.convert("L"), dtype=np.float64) / 255
    is_turned = (upright.width > upright.height) != (size[0] > size[1])
    width, height = size[::-1] if is_turned else size
    return Pixels(rgb, luma_of(rgb), luma_fine, width, height)


def luma_of(rgb: Grid) -> Grid:
    """Perceived brightness (Rec. 601 weights on the encoded values), [0, 1]."""
    return np.asarray(rgb @ np.array([0.299, 0.587, 0.114]))


def _shrunk(image: Image.Image, side: int) -> Image.Image:
    factor = min(1.0, side / max(image.size))
    size = (max(8, round(image.width * factor)), max(8, round(image.height * factor)))
    return image.resize(size, Image.Resampling.BOX if factor < 0.5 else Image.Resampling.BICUBIC)


def rounded(value: Any, digits: int = 4) -> float:
    """A plain float, rounded so that facts read and compare well."""
    return round(float(value), digits)
