"""Items with what they show."""

from __future__ import annotations

from annotation.item_types import ItemType, ShownItem
from annotation.models import Item, ItemCrop
from catalog.models import Crop, Photo
from core.plain_rows import PlainRows

ITEMS, PHOTOS = PlainRows(Item, "item"), PlainRows(Photo, "photo")
WITH_PHOTO = f"""
SELECT {ITEMS.columns}, {PHOTOS.columns}
FROM annotation_item item JOIN catalog_photo photo ON photo.id = item.photo_id
WHERE item.id = %(item)s
"""  # noqa: S608 - put together from the columns of the models
LOCK = f"""
SELECT {ITEMS.columns} FROM annotation_item item WHERE item.id = %(item)s FOR NO KEY UPDATE
"""  # noqa: S608 - put together from the columns of the model


def item_with_photo(item_id: int) -> Item:
    """The item with its photo."""
    item, rest = ITEMS.one(WITH_PHOTO, {"item": item_id})
    item.photo = PHOTOS.take(rest)
    return item


def locked_item(item_id: int) -> Item:
    """The item, which nobody else moves on until the transaction ends; its key stays free."""
    return ITEMS.one(LOCK, {"item": item_id})[0]


def shown_item(item: Item, kind: ItemType) -> ShownItem:
    """The item with its crops; no query for types that show none. Photo and draft are the item's."""
    return ShownItem(item, _crops(item) if kind.uses_crops else ())


def _crops(item: Item) -> tuple[Crop, ...]:
    rows = ItemCrop.objects.filter(item=item).select_related("crop").order_by("place")
    return tuple(row.crop for row in rows)
