"""The pictures of an item, by place: nothing in them or around them says what they were made from."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from django.core.cache import cache
from PIL import Image

from annotation.item_types import ItemType, Picture, ShownItem, item_type_of, picture_size
from annotation.models import Assignment, GuidelinesExample
from annotation.selectors.items import shown_item
from catalog.models import Photo
from catalog.selectors.pixels import cut, jpeg, open_upright, rendition, rendition_bytes
from core.errors import NotFound
from measures.boxes import Box

PHOTO_SIZE = 2048
EXAMPLE_SIZE = 1024
# Several people see the same item within minutes; afterwards the browser has it.
KEEP_S = 600


def picture_of(assignment: Assignment, place: str) -> bytes:
    """The JPEG that stands at ``place`` of this person's page; `NotFound` for any other word."""
    kind = item_type_of(assignment.campaign)
    return picture_at(kind, shown_item(assignment.item, kind), assignment.presentation, place)


def picture_at(
    kind: ItemType, shown: ShownItem, presentation: Mapping[str, Any], place: str
) -> bytes:
    """The same of any item shown in any way."""
    picture = kind.pictures(shown, presentation).get(place)
    if picture is None:
        raise NotFound("There is no such picture in this item.")
    if picture.box is None:
        return rendition_bytes(shown.photo, PHOTO_SIZE)
    key = f"picture/{shown.photo.pk}/{picture.pixels}/{picture.box.corners()}".replace(" ", "")
    found: bytes | None = cache.get(key)
    if found is None:
        found = _cut(shown.photo, picture, picture.box)
        cache.set(key, found, KEEP_S)
    return found


def _cut(photo: Photo, picture: Picture, box: Box) -> bytes:
    """From the stored rendition if it has the pixels, else from the original."""
    longest = max(picture_size(photo, picture))
    stored = rendition(photo, PHOTO_SIZE)
    has = stored.width * stored.height * box.area
    if picture.pixels is not None and has >= picture.pixels:
        with Image.open(io.BytesIO(rendition_bytes(photo, PHOTO_SIZE))) as whole:
            return jpeg(cut(whole, box, longest=longest))
    return jpeg(cut(open_upright(photo), box, longest=longest))


def example_picture(example: GuidelinesExample) -> bytes:
    """The JPEG of an example in guidelines: the photo or its part, small enough for a list."""
    if example.box is None:
        return rendition_bytes(example.photo, EXAMPLE_SIZE)
    box = Box(*example.box)
    key = f"example/{example.pk}/{EXAMPLE_SIZE}"
    found: bytes | None = cache.get(key)
    if found is None:
        whole = open_upright(example.photo)
        found = jpeg(cut(whole, box, longest=EXAMPLE_SIZE))
        cache.set(key, found, KEEP_S)
    return found
