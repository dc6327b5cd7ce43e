"""Adding subjects to a campaign: items with their slots, in bulk; the same subject twice is one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from itertools import islice
from typing import Any

from django.db import connection, transaction

from accounts.models import User
from annotation.item_types import Subject, item_type_of
from annotation.models import Campaign, CampaignState, Distribution, Item, ItemCrop
from annotation.services.planning import plan_items
from annotation.services.telling import tell_of_work
from annotation.subjects import Selection
from core import audit
from core.errors import Conflict

BATCH = 5_000

ADD_ITEMS = """
INSERT INTO annotation_item
    (campaign_id, photo_id, draft_id, subject_key, payload, order_key, state, round, priority,
     scores_due, created_at)
SELECT %(campaign)s, photo, draft, key, payload, order_key, 'open', 1, 0, false, now()
FROM unnest(%(photos)s::bigint[], %(drafts)s::bigint[], %(keys)s::text[], %(payloads)s::jsonb[],
    %(orders)s::bigint[]) AS subject(photo, draft, key, payload, order_key)
ON CONFLICT (campaign_id, subject_key) DO NOTHING
"""

ADD_SLOTS = """
INSERT INTO annotation_assignment
    (item_id, campaign_id, slot, round, state, priority, order_key, presentation)
SELECT item.id, item.campaign_id, slot, 1, 'free', item.priority, item.order_key, '{}'
FROM annotation_item item CROSS JOIN generate_series(1, %(overlap)s) slot
WHERE item.campaign_id = %(campaign)s AND item.purpose = 'work' AND NOT EXISTS (
    SELECT 1 FROM annotation_assignment had WHERE had.item_id = item.id)
ON CONFLICT DO NOTHING
"""


@transaction.atomic
def add_items(*, campaign: Campaign, subjects: Iterable[Subject]) -> int:
    """Make an item with ``overlap`` free slots for each new subject; return how many were new.

    The order of work is random, but the same for the same ``order_seed``; with sessions, the design says
    in which of them an item lies and where. A closed campaign takes
    no more items.
    """
    held = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    if held.state == CampaignState.CLOSED:
        raise Conflict(f"{held.name} is closed; make a new campaign for more items.")
    before = Item.objects.filter(campaign=held).count()
    for batch in _batches(subjects):
        insert_items(held, batch)
    if held.distribution == Distribution.SESSIONS:
        plan_items(held)
    else:
        with connection.cursor() as cursor:
            cursor.execute(ADD_SLOTS, {"campaign": held.pk, "overlap": held.overlap})
    return Item.objects.filter(campaign=held).count() - before


def add_selection(*, campaign: Campaign, selection: Selection, by: User | None) -> int:
    """Add what the campaign's item type finds in the selected photos; return how many were new."""
    subjects = item_type_of(campaign).subjects(campaign, selection)
    with transaction.atomic():
        added = add_items(campaign=campaign, subjects=subjects)
        audit.record(
            actor=by, verb="campaign.add_items", scope=campaign.project.scope,
            target=f"campaign/{campaign.pk}", added=added,
        )  # fmt: skip
        tell_of_work(campaign, by)
    return added


def order_key(seed: int, key: str) -> int:
    """A place in the queue, 0 to 2**63-1, that seed and subject determine."""
    digest = blake2b(f"{seed}:{key}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> 1


def _batches(subjects: Iterable[Subject]) -> Iterator[list[Subject]]:
    rest = iter(subjects)
    while batch := list(islice(rest, BATCH)):
        yield batch


def insert_items(campaign: Campaign, batch: list[Subject]) -> None:
    """Items of these subjects, without slots; what is there stays as it is."""
    values: dict[str, Any] = {
        "campaign": campaign.pk,
        "photos": [each.photo_id for each in batch],
        "drafts": [each.draft_id for each in batch],
        "keys": [each.key for each in batch],
        "payloads": [json.dumps(dict(each.payload)) for each in batch],
        "orders": [order_key(campaign.order_seed, each.key) for each in batch],
    }
    with connection.cursor() as cursor:
        cursor.execute(ADD_ITEMS, values)
    with_crops = {each.key: each for each in batch if each.crop_ids}
    if not with_crops:
        return
    bare = Item.objects.filter(
        campaign=campaign, subject_key__in=with_crops, item_crops__isnull=True
    ).values_list("pk", "subject_key")
    ItemCrop.objects.bulk_create(
        ItemCrop(item_id=pk, crop_id=crop_id, place=place)
        for pk, key in bare
        for place, crop_id in enumerate(with_crops[key].crop_ids)
    )
