"""Items with what they show."""

from __future__ import annotations

from annotation.item_types import ItemType, ShownItem
from annotation.models import Item, ItemCrop
from catalog.models import Crop


def shown_item(item: Item, kind: ItemType) -> ShownItem:
    """The item with its crops; no query for types that show none. Photo and draft are the item's."""
    return ShownItem(item, _crops(item) if kind.uses_crops else ())


def _crops(item: Item) -> tuple[Crop, ...]:
    rows = ItemCrop.objects.filter(item=item).select_related("crop").order_by("place")
    return tuple(row.crop for row in rows)
