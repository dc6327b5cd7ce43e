"""Putting a campaign's items into sessions: the design becomes reserved slots and orders in them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
from django.db import connection

from annotation.models import Campaign, Item, ItemPurpose, WorkSession
from measures.statistics.allocation import Balance, balance_of_votes
from measures.statistics.known import Known, NotKnown
from measures.statistics.session_design import (
    SessionDesign,
    block_balance,
    block_orders,
    design_sessions,
)

BATCH = 5_000
VERSION = 1  # of the design; the figures say by which they were made

NEW_ITEMS = """
SELECT item.id, item.photo_id FROM annotation_item item
WHERE item.campaign_id = %s AND item.purpose = 'work' AND NOT EXISTS (
    SELECT 1 FROM annotation_assignment had WHERE had.item_id = item.id)
ORDER BY item.order_key, item.subject_key
"""
ADD_SLOTS = """
INSERT INTO annotation_assignment (item_id, campaign_id, slot, round, state, priority, order_key,
    session_id, reserved_for_id, presentation)
SELECT part.item, %(campaign)s, part.slot, 1, 'free', 0, part.place, session.id, session.person_id,
    '{}'
FROM unnest(%(items)s::bigint[], %(slots)s::int[], %(sessions)s::int[], %(places)s::bigint[])
    AS part(item, slot, number, place)
JOIN annotation_worksession session
    ON session.campaign_id = %(campaign)s AND session.number = part.number
"""
ALL_PLACES = """
SELECT slot.item_id, item.photo_id, session.number, slot.order_key
FROM annotation_assignment slot
JOIN annotation_worksession session ON session.id = slot.session_id
JOIN annotation_item item ON item.id = slot.item_id
WHERE slot.campaign_id = %s AND slot.round = 1
ORDER BY session.number, slot.order_key
"""


def plan_items(campaign: Campaign) -> None:
    """Slots for the items that have none yet, spread over the campaign's sessions; what is added later
    comes after what is there. Runs under the campaign's lock. The seed and the subjects determine
    all of it, in the order in which they were added."""
    with connection.cursor() as cursor:
        cursor.execute(NEW_ITEMS, [campaign.pk])
        rows = np.array(cursor.fetchall(), dtype=np.int64).reshape(-1, 2)
    if not len(rows):
        return
    before = Item.objects.filter(campaign=campaign, purpose=ItemPurpose.WORK).count() - len(rows)
    seed = abs(campaign.order_seed) + before
    photos: list[int] = rows[:, 1].tolist()
    design = design_sessions(
        photos, campaign.session_count, campaign.overlap, blocks=campaign.block_count, seed=seed
    )
    _insert(campaign, rows[:, 0], design, offset=before * campaign.overlap)
    Campaign.objects.filter(pk=campaign.pk).update(design=_figures(campaign))


def _insert(campaign: Campaign, items: Any, design: SessionDesign, *, offset: int) -> None:
    slot_of = {
        (item, session): slot + 1
        for item, sessions in enumerate(design.plan.tolist())
        for slot, session in enumerate(sessions)
    }
    parts = [
        (int(items[item]), slot_of[item, session], session + 1, offset + place)
        for session, order in enumerate(design.orders)
        for place, item in enumerate(order)
    ]
    with connection.cursor() as cursor:
        for start in range(0, len(parts), BATCH):
            ids, slots, numbers, places = zip(*parts[start : start + BATCH], strict=True)
            cursor.execute(ADD_SLOTS, {
                "campaign": campaign.pk, "items": list(ids), "slots": list(slots),
                "sessions": list(numbers), "places": list(places),
            })  # fmt: skip


def _figures(campaign: Campaign) -> dict[str, Any]:
    """How balanced the whole plan is, with what was added later."""
    with connection.cursor() as cursor:
        cursor.execute(ALL_PLACES, [campaign.pk])
        rows = np.array(cursor.fetchall(), dtype=np.int64).reshape(-1, 4)
    _, items = np.unique(rows[:, 0], return_inverse=True)
    repeated = (rows[1:, 1] == rows[:-1, 1]) & (rows[1:, 2] == rows[:-1, 2])
    orders = block_orders(
        campaign.session_count, campaign.block_count, seed=abs(campaign.order_seed)
    )
    blocks = block_balance(orders)
    match balance_of_votes(items, rows[:, 2] - 1, campaign.session_count):
        case Known(balance):
            told = {**asdict(balance), "warning": _warning(balance, campaign)}
        case NotKnown() as reason:
            told = {"unknown": str(reason)}
    return {
        "version": VERSION, "seed": campaign.order_seed, "items": int(items.max(initial=-1)) + 1,
        "in_a_row": int(repeated.sum()), "blocks": None if blocks is None else asdict(blocks), **told,
    }  # fmt: skip


def _warning(balance: Balance, campaign: Campaign) -> str:
    if campaign.overlap == 1:
        return (
            "Each item lies in one session, so people cannot be compared with each other. That is "
            "as it should be where everybody revises a part of their own."
        )
    return balance.warning


def add_sessions(campaign: Campaign, people: list[int]) -> list[WorkSession]:
    """The campaign's sessions, one each for the people as far as they go; the seed says who gets
    which."""
    turned = np.random.default_rng(abs(campaign.order_seed)).permutation(len(people)).tolist()
    return WorkSession.objects.bulk_create(
        WorkSession(
            campaign=campaign, number=number + 1,
            person_id=people[turned[number]] if number < len(people) else None,
        )
        for number in range(campaign.session_count)
    )  # fmt: skip
