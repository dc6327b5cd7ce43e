"""Global views: a photo at a size at which detail is missing (LFPC), the same bytes every time.

They are scaled from the original's own pixels, not from a rendition, so that a view depends on
nothing but the photo and its side.
"""

from __future__ import annotations

from catalog.models import Photo
from catalog.selectors.pixels import jpeg, open_upright
from core.errors import InvalidInput

SMALLEST, LARGEST = 16, 8_192
# Views are small: what is missing in them is to be missing for its size, not for its compression.
QUALITY = 90


def full_side_of(photo: Photo, most: int) -> int:
    """The longer side that counts as full size: the photo's own, or ``most`` if that is smaller."""
    return min(max(photo.width, photo.height), most)


def global_view(photo: Photo, side: int) -> bytes:
    """A JPEG of the upright photo whose longer side is ``side`` pixels, or as large as the photo.

    `InvalidInput` for a side below 16 or above 8,192 pixels.
    """
    if not SMALLEST <= side <= LARGEST:
        raise InvalidInput(f"The side of a view is {SMALLEST} to {LARGEST} pixels.", field="side")
    return jpeg(open_upright(photo, longest=side), quality=QUALITY)
