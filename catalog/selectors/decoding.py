"""Reading a picture file that may be anything: sniffed, measured and only then decoded.

Nothing of the file's name or claimed type is believed. Sizes are checked on the header, before a
pixel is decoded. The decoded picture is upright (EXIF orientation applied), sRGB, 8 bits.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from PIL import ExifTags, Image, ImageOps

from catalog.selectors.colour import to_srgb
from core.errors import InvalidInput, TooLarge

# What Pillow calls a format, what we send it as, and the ending of its storage key.
MEDIA_TYPES = {
    "JPEG": ("image/jpeg", "jpg"),
    "MPO": ("image/jpeg", "jpg"),  # a JPEG with further views behind it, as phones write
    "PNG": ("image/png", "png"),
    "WEBP": ("image/webp", "webp"),
    "TIFF": ("image/tiff", "tif"),
}
# What Pillow's readers raise on broken files; they have no family of their own.
UNREADABLE = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError,
    EOFError, NotImplementedError, MemoryError, struct.error, zlib.error,
)  # fmt: skip
MIN_SIDE = 16
BAD_PICTURE = "The picture is broken or cut short: not all of it can be read."


@dataclass(frozen=True)
class Header:
    """What a file says of itself: ``size`` is (width, height) of the upright photo in pixels."""

    media_type: str
    ending: str
    size: tuple[int, int]
    orientation: int


@contextmanager
def opened(path: Path) -> Iterator[Image.Image]:
    """The picture, its header read and its size allowed; `InvalidInput` or `TooLarge` otherwise."""
    try:
        picture = Image.open(path, formats=["JPEG", "PNG", "WEBP", "TIFF"])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except UNREADABLE as error:
        words = "This is not a photo we can read. Send JPEG, PNG, WebP or TIFF."
        raise InvalidInput(words, code="not_a_photo") from error
    with picture:
        _check_size(picture.size)
        yield picture


def header(picture: Image.Image) -> Header:
    """Type, upright size and orientation of an opened picture; no pixel is decoded."""
    media_type, ending = MEDIA_TYPES[picture.format or ""]
    orientation = _orientation(picture)
    width, height = picture.size
    # Pillow already gives a TIFF's size upright.
    if orientation >= 5 and picture.format != "TIFF":
        width, height = height, width
    return Header(media_type, ending, (width, height), orientation)


def decode(picture: Image.Image, *, longest: int | None = None) -> Image.Image:
    """All of the picture, upright, sRGB, not above ``longest`` pixels a side.

    A JPEG is decoded at the smallest scale that still gives ``longest`` (several times quicker).
    Raises `InvalidInput` when the file is broken or ends early.
    """
    try:
        if longest is not None:
            scale = longest / max(picture.size)
            # Asked for a square, draft() would look at the shorter side and decode everything.
            width, height = picture.size
            picture.draft(None, (max(1, int(width * scale)), max(1, int(height * scale))))
        picture.load()
        if longest is not None:
            picture.thumbnail((longest, longest), Image.Resampling.LANCZOS, reducing_gap=2.0)
        return to_srgb(ImageOps.exif_transpose(picture))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except UNREADABLE as error:
        raise InvalidInput(BAD_PICTURE, code="broken_photo") from error


def _orientation(picture: Image.Image) -> int:
    try:
        value = picture.getexif().get(ExifTags.Base.Orientation, 1)
    except UNREADABLE:
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _check_size(size: tuple[int, int]) -> None:
    if size[0] * size[1] > settings.MAX_IMAGE_PIXELS:
        raise _too_many_pixels(size)
    if min(size) < MIN_SIDE:
        words = f"The picture is too small: {size[0]} x {size[1]} pixels, {MIN_SIDE} is the least."
        raise InvalidInput(words, code="too_small")


def _too_many_pixels(size: tuple[int, int] | None = None) -> TooLarge:
    limit = settings.MAX_IMAGE_PIXELS // 1_000_000
    many = f"{size[0] * size[1] / 1e6:.0f} megapixels" if size else "too many pixels"
    return TooLarge(f"The picture has {many}; {limit} megapixels are allowed.", code="too_large")
