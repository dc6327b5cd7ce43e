"""Figures of a large campaign: counted once a minute, however many people look at it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import TypeVar, cast

from django.core.cache import cache

from annotation.models import Campaign, Item, ItemPurpose

T = TypeVar("T")
# Campaigns with more items than this are counted once a minute, not at every visit.
LARGE = 20_000
KEPT_S = 60


def is_large(campaign: Campaign) -> bool:
    """Whether counting its items, slots and answers takes longer than a page should; asked once of an
    instance."""
    known: bool | None = campaign.__dict__.get("has_many_items")
    if known is None:
        items = Item.objects.filter(campaign=campaign, purpose=ItemPurpose.WORK).order_by()
        known = campaign.__dict__["has_many_items"] = items[: LARGE + 1].count() > LARGE
    return known


def kept(campaign: Campaign, part: str, count: Callable[[], T]) -> T:
    """What ``count`` gives, plain data; of a large campaign it may be a minute old."""
    if not is_large(campaign):
        return count()
    return cast("T", cache.get_or_set(_place(campaign, part), count, KEPT_S))


def are_at_hand(campaigns: Iterable[Campaign], parts: Collection[str]) -> bool:
    """Whether these parts can be had at once; if not, a page fetches them when it is shown."""
    places = [_place(row, part) for row in campaigns if is_large(row) for part in parts]
    return len(cache.get_many(places)) == len(places)


def _place(campaign: Campaign, part: str) -> str:
    return f"campaign/{campaign.pk}/{part}"
