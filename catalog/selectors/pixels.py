"""The pixels of a stored photo. `open_upright` is the only way to its original."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.storage import default_storage
from PIL import Image

from catalog.models import Photo, Rendition
from catalog.selectors.decoding import decode, opened
from core.errors import InvalidInput, NotFound
from core.storage import local_file
from measures.boxes import Box
from measures.boxes.conversions import to_pixel_cut

SIZES = (320, 1024, 2048)
QUALITY = 85


def open_upright(photo: Photo, *, longest: int | None = None) -> Image.Image:
    """The photo upright in sRGB: every pixel of the original, or scaled to ``longest`` a side.

    Raises `NotFound` when the file is gone and `InvalidInput` when it can no longer be read.
    """
    with local_file(photo.original) as path, opened(path) as picture:
        return decode(picture, longest=longest)


def rendition(photo: Photo, size: int) -> Rendition:
    """The smallest stored rendition that is at least ``size``, else the largest one."""
    stored = list(Rendition.objects.filter(photo=photo).order_by("size"))
    if not stored:
        raise NotFound("This photo has no picture: its file could not be read.")
    return next((each for each in stored if each.size >= size), stored[-1])


def _key(photo: Photo, size: int) -> str:
    """Of `rendition`, which has most often the very size: read without the rest of the row."""
    exact = Rendition.objects.filter(photo=photo, size=size).values_list("key", flat=True)
    return next(iter(exact), "") or rendition(photo, size).key


def rendition_bytes(photo: Photo, size: int) -> bytes:
    """A JPEG of the upright photo, about ``size`` pixels on its longest side."""
    key = _key(photo, size)
    try:
        with default_storage.open(key) as file:
            return bytes(file.read())
    except FileNotFoundError as error:
        raise NotFound("The photo's picture is missing from the storage.") from error


def crop_jpeg(photo: Photo, box: Box, *, longest: int) -> bytes:
    """The crop cut from the original upright pixels, at most ``longest`` pixels a side."""
    return jpeg(cut(open_upright(photo), box, longest=longest))


def cut(picture: Image.Image, box: Box, *, longest: int) -> Image.Image:
    """The box cut out of an upright picture, then scaled down to ``longest`` if it is larger."""
    if longest < 1:
        raise InvalidInput("The longest side must be at least 1 pixel.", field="longest")
    part = picture.crop(to_pixel_cut(box, picture.size))
    part.thumbnail((longest, longest), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return part


def jpeg(picture: Image.Image, *, quality: int = QUALITY) -> bytes:
    """The picture as a JPEG without any metadata."""
    out = io.BytesIO()
    options: dict[str, Any] = {"quality": quality, "optimize": False, "progressive": False}
    picture.save(out, "JPEG", exif=b"", icc_profile=b"", **options)
    return out.getvalue()
