"""Adding pairs to a photo as its votes arrive: never one twice, never beyond the campaign's most."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from annotation.item_types import item_type_of, pair_subject
from annotation.models import Campaign, CampaignState, Item, ItemPurpose
from annotation.services.adding import add_items


@transaction.atomic
def add_pairs(
    *, campaign: Campaign, photo_id: int, had: int, pairs: Sequence[tuple[int, int]]
) -> int:
    """Make items of these pairs of a photo's crops; return how many were new.

    ``had``: on how many of the photo's items the choice was built. If there are others by now, or the
    campaign is closed, nothing is added. The campaign's lock makes two wait for each other.
    """
    held = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    work = Item.objects.filter(campaign=held, purpose=ItemPurpose.WORK)
    now = work.filter(photo=photo_id).count()
    if held.state == CampaignState.CLOSED or now != had:
        return 0
    room = max(0, item_type_of(held).most_pairs() - had)
    return add_items(
        campaign=held, subjects=[pair_subject(photo_id, *pair) for pair in pairs[:room]]
    )
