"""One act on all items of a filtered list, as a job that can be cut off, and undone.

Each batch is one transaction that notes what it changes, so that a second try changes nothing twice
and an undo goes over exactly that. Items that somebody holds are not set aside.
"""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now

from accounts.models import User
from annotation.kinds import BULK_ACT
from annotation.models import BulkAct, BulkKind, Campaign, CampaignState, Item, ItemPurpose
from annotation.selectors.item_filter import ItemFilter, parse_filter
from core import audit, jobs
from core.errors import Conflict, InvalidInput, NotFound
from core.jobs import JobRun
from core.models import Job

BATCH = 2_000
MOST_PRIORITY = 1_000
UNDOABLE = (BulkKind.PRIORITY, BulkKind.ASIDE, BulkKind.RESUME)

NOTE_PRIORITY = """
INSERT INTO annotation_bulkchange (act_id, item_id, before)
SELECT %(act)s, item.id, item.priority FROM annotation_item item
WHERE item.id = ANY(%(items)s) AND item.priority <> %(value)s
ON CONFLICT DO NOTHING
"""
SET_PRIORITY = """
WITH changed AS (
    UPDATE annotation_item item SET priority = %(value)s
    WHERE item.id = ANY(%(items)s) AND item.priority <> %(value)s RETURNING item.id)
UPDATE annotation_assignment slot SET priority = %(value)s
FROM changed WHERE slot.item_id = changed.id AND slot.state <> 'submitted'
"""
UNDO_PRIORITY = """
WITH changed AS (
    UPDATE annotation_item item SET priority = note.before
    FROM annotation_bulkchange note, annotation_bulkact act
    WHERE note.act_id = %(undoes)s AND act.id = note.act_id AND item.id = note.item_id
        AND item.id = ANY(%(items)s) AND item.priority = act.value
    RETURNING item.id, item.priority),
noted AS (
    INSERT INTO annotation_bulkchange (act_id, item_id, before)
    SELECT %(act)s, id, 0 FROM changed ON CONFLICT DO NOTHING)
UPDATE annotation_assignment slot SET priority = changed.priority
FROM changed WHERE slot.item_id = changed.id AND slot.state <> 'submitted'
"""
# What a claim takes at this moment is waited for: the slot is held then, and its item stays.
LAY_SLOTS_ASIDE = """
UPDATE annotation_assignment SET state = 'aside', person_id = NULL, lease_until = NULL,
    claimed_at = NULL, presentation = '{}',
    lost_by_id = COALESCE(person_id, lost_by_id)
WHERE item_id = ANY(%(items)s)
    AND (state = 'free' OR (state = 'leased' AND lease_until < now()))
"""
LAY_ITEMS_ASIDE = """
WITH changed AS (
    UPDATE annotation_item item SET state = 'aside'
    WHERE item.id = ANY(%(items)s) AND item.state = 'open' AND NOT EXISTS (
        SELECT 1 FROM annotation_assignment held
        WHERE held.item_id = item.id AND held.state = 'leased')
    RETURNING item.id)
INSERT INTO annotation_bulkchange (act_id, item_id, before)
SELECT %(act)s, id, 0 FROM changed ON CONFLICT DO NOTHING
"""
TAKE_UP_ITEMS = """
WITH changed AS (
    UPDATE annotation_item item SET state = 'open'
    WHERE item.id = ANY(%(items)s) AND item.state = 'aside' RETURNING item.id)
INSERT INTO annotation_bulkchange (act_id, item_id, before)
SELECT %(act)s, id, 0 FROM changed ON CONFLICT DO NOTHING
"""
# After either: slots lie aside with their items and nowhere else.
FREE_SLOTS = """
UPDATE annotation_assignment slot SET state = 'free' FROM annotation_item item
WHERE item.id = slot.item_id AND item.id = ANY(%(items)s) AND slot.state = 'aside'
    AND item.state <> 'aside'
"""
RETURN_SLOTS = """
WITH freed AS (
    UPDATE annotation_assignment SET state = 'free', lost_by_id = person_id, person_id = NULL,
        lease_until = NULL, claimed_at = NULL, presentation = '{}'
    WHERE item_id = ANY(%(items)s) AND state = 'leased' RETURNING item_id)
INSERT INTO annotation_bulkchange (act_id, item_id, before)
SELECT DISTINCT %(act)s::bigint, item_id, 0 FROM freed ON CONFLICT DO NOTHING
"""
STATEMENTS: dict[str, tuple[str, ...]] = {
    BulkKind.PRIORITY: (NOTE_PRIORITY, SET_PRIORITY),
    BulkKind.ASIDE: (LAY_SLOTS_ASIDE, LAY_ITEMS_ASIDE, FREE_SLOTS),
    BulkKind.RESUME: (TAKE_UP_ITEMS, FREE_SLOTS),
    BulkKind.RETURN: (RETURN_SLOTS,),
}


@transaction.atomic
def start_bulk_act(
    *, campaign: Campaign, kind: str, chosen: ItemFilter, value: int | None = None, by: User
) -> BulkAct:
    """Do it to every item that fits now, in the background."""
    if kind not in BulkKind.values:
        raise InvalidInput("Choose what shall be done.", field="kind")
    if kind == BulkKind.PRIORITY and (value is None or abs(value) > MOST_PRIORITY):
        raise InvalidInput(
            f"A priority is a whole number from -{MOST_PRIORITY} to {MOST_PRIORITY}.", field="value"
        )
    if campaign.state == CampaignState.CLOSED:
        raise Conflict(f"{campaign.name} is closed; its items are not handed out any more.")
    newest = chosen.rows(campaign).values_list("pk", flat=True).first()
    if newest is None:
        raise InvalidInput("No item fits, so there is nothing to do.", field="query")
    act = BulkAct.objects.create(
        campaign=campaign, kind=kind, value=value if kind == BulkKind.PRIORITY else None,
        query=chosen.as_query(), last_item=newest, by=by,
    )  # fmt: skip
    _send(act, by)
    return act


@transaction.atomic
def undo_bulk_act(*, act: BulkAct, by: User) -> BulkAct:
    """Put back what the act changed and what nobody changed since; once."""
    if act.kind not in UNDOABLE or act.undoes_id is not None:
        raise Conflict("This cannot be undone.")
    if act.done_at is None:
        raise Conflict("It is not done yet. Wait for its end, or cancel it and undo it then.")
    kinds = {BulkKind.ASIDE: BulkKind.RESUME, BulkKind.RESUME: BulkKind.ASIDE}
    undo = BulkAct(
        campaign=act.campaign, kind=kinds.get(BulkKind(act.kind), act.kind), value=act.value,
        undoes=act, last_item=act.last_item, by=by,
    )  # fmt: skip
    try:
        with transaction.atomic():
            undo.save(force_insert=True)
    except IntegrityError:
        raise Conflict("This is undone already.") from None
    _send(undo, by)
    return undo


def _send(act: BulkAct, by: User) -> Job:
    project = act.campaign.project
    audit.record(
        actor=by, verb=f"items.{act.kind}", scope=project.scope,
        target=f"campaign/{act.campaign_id}", value=act.value, chosen=act.query, undoes=act.undoes_id,
    )  # fmt: skip
    return jobs.start(
        BULK_ACT, by=by, scope=project.scope, subject=f"bulkact/{act.pk}", params={"act": act.pk}
    )


def do_bulk_act(run: JobRun) -> dict[str, Any]:
    """Handler of the job. What is done stays done where it is cancelled, and can be undone."""
    act = BulkAct.objects.select_related("campaign").filter(pk=run.params["act"]).first()
    if act is None:
        raise NotFound("The campaign is gone.")
    try:
        items = _items(act)
        run.progress(0, len(items))
        for start in range(0, len(items), BATCH):
            _do(act, items[start : start + BATCH])
            run.progress(min(start + BATCH, len(items)), len(items))
    finally:
        changed = act.changes.count()
        BulkAct.objects.filter(pk=act.pk).update(changed=changed, done_at=Now())
    return {"changed": changed}


def _items(act: BulkAct) -> list[int]:
    if act.undoes is not None:
        return list(act.undoes.changes.order_by("item").values_list("item", flat=True))
    rows = parse_filter(act.query).rows(act.campaign).filter(pk__lte=act.last_item)
    return list(rows.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _do(act: BulkAct, items: list[int]) -> None:
    """One batch, in the order of the items, so that two acts at once wait for each other."""
    work = Item.objects.filter(pk__in=items, purpose=ItemPurpose.WORK).order_by("pk")
    held = list(work.select_for_update(no_key=True).values_list("pk", flat=True))
    values: dict[str, Any] = {
        "act": act.pk,
        "items": held,
        "value": act.value,
        "undoes": act.undoes_id,
    }
    is_undo = act.undoes_id is not None and act.kind == BulkKind.PRIORITY
    with connection.cursor() as cursor:
        for statement in (UNDO_PRIORITY,) if is_undo else STATEMENTS[act.kind]:
            cursor.execute(statement, values)
