"""Handing out slots: one statement takes one, and nobody ever gets a slot twice.

The order of choice is: what the person holds already (and the page does not have yet), a slot kept
for them (of a second round, or of their session, in its order), a slot whose lease ran out, then free slots by priority and order.
The frontier, the place of the person's last slot, keeps the search short for somebody who is far
ahead of the others; when nothing lies beyond it, the whole queue is searched. The choice stands in
a materialised CTE: as a plain sub-query PostgreSQL may run it again when the row moved meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now

from accounts.models import User
from annotation.item_types import item_type_of
from annotation.models import Assignment, AssignmentState, Campaign, Item, ItemPurpose, Skip
from annotation.selectors.items import item_with_photo, shown_item
from annotation.selectors.work import check_may_work
from annotation.services.adding import order_key
from annotation.services.standing import Gate, gate_of
from annotation.services.submitting import ask_for_scores
from core.errors import Conflict, InvalidInput
from core.plain_rows import PlainRows

SLOTS = PlainRows(Assignment, "taken")
MOST_LEASES = 3
TRIES = 5
LONGEST_REASON = 200

# A slot this person may take: not of an item they have, had or passed over in this round. OFFSET 0
# keeps each a look into its index; as a join it may read all that the person ever did.
_FOR_ME = """
    NOT EXISTS (SELECT 1 FROM annotation_assignment had WHERE had.item_id = slot.item_id
        AND had.round = slot.round AND had.person_id = %(person)s OFFSET 0)
    AND NOT EXISTS (SELECT 1 FROM annotation_skip skip WHERE skip.item_id = slot.item_id
        AND skip.round = slot.round AND skip.person_id = %(person)s OFFSET 0)
"""
_FREE = f"""
    SELECT slot.id FROM annotation_assignment slot
    WHERE slot.campaign_id = %(campaign)s AND slot.state = 'free'
        AND slot.reserved_for_id IS NULL AND slot.session_id IS NULL AND {_FOR_ME}
"""  # noqa: S608 - put together from the constants of this file
_FIRST = "ORDER BY slot.priority DESC, slot.order_key, slot.id LIMIT 1 FOR UPDATE SKIP LOCKED"

_BEYOND = """slot.priority = (SELECT priority FROM last)
                AND (slot.order_key, slot.id) > (SELECT order_key, id FROM last)"""
_IN_ORDER = f"""
            ({_FREE} AND slot.priority > (SELECT priority FROM last) {_FIRST}),
            ({_FREE} AND {_BEYOND} {_FIRST}),
            ({_FREE} {_FIRST})"""  # noqa: S608 - put together from the constants of this file

# Enough for a chance order; each costs two looks into an index.
_WINDOW = "ORDER BY slot.priority DESC, slot.order_key, slot.id LIMIT 120"
_NEAR = f""", seen AS MATERIALIZED (
    SELECT item.photo_id FROM annotation_item item WHERE item.id IN (
        SELECT item_id FROM annotation_assignment
        WHERE person_id = %(person)s AND campaign_id = %(campaign)s
        ORDER BY submitted_at DESC LIMIT %(spacing)s)
), near AS MATERIALIZED (
    SELECT slot.id, item.photo_id IN (SELECT photo_id FROM seen) AS is_seen,
        md5(%(salt)s::text || item.id) AS draw
    FROM (({_FREE} AND {_BEYOND} {_WINDOW}) UNION ({_FREE} {_WINDOW})) found
    JOIN annotation_assignment slot ON slot.id = found.id
    JOIN annotation_item item ON item.id = slot.item_id
)"""  # noqa: S608 - put together from the constants of this file
_BY_CHANCE = """
            (SELECT slot.id FROM annotation_assignment slot JOIN near ON near.id = slot.id
             WHERE slot.state = 'free' AND slot.reserved_for_id IS NULL
             ORDER BY slot.priority DESC, near.is_seen, near.draw, slot.id
             LIMIT 1 FOR UPDATE OF slot SKIP LOCKED)"""


def _claim_by(more: str, free: str) -> str:
    """The statement, with more to look things up in and a way to choose a free slot."""
    return f"""
WITH last AS MATERIALIZED (
    SELECT priority, order_key, id FROM annotation_assignment
    WHERE person_id = %(person)s AND campaign_id = %(campaign)s
    ORDER BY submitted_at DESC LIMIT 1
){more}, pick AS MATERIALIZED (
    SELECT COALESCE(
        (SELECT slot.id FROM annotation_assignment slot
         WHERE slot.person_id = %(person)s AND slot.campaign_id = %(campaign)s
            AND slot.submitted_at IS NULL AND slot.state = 'leased' AND slot.id <> ALL(%(known)s)
         ORDER BY slot.claimed_at, slot.id LIMIT 1 FOR UPDATE SKIP LOCKED),
        CASE WHEN
            EXISTS (SELECT 1 FROM annotation_campaign
                    WHERE id = %(campaign)s AND annotation_campaign.state = 'open')
            AND (SELECT count(*) FROM annotation_assignment held
                 WHERE held.person_id = %(person)s AND held.campaign_id = %(campaign)s
                    AND held.submitted_at IS NULL AND held.state = 'leased') < %(most)s
        THEN COALESCE(
            (SELECT slot.id FROM annotation_assignment slot
             WHERE slot.campaign_id = %(campaign)s AND slot.state = 'free'
                AND slot.reserved_for_id = %(person)s AND {_FOR_ME}
                AND (NOT %(training)s OR EXISTS (SELECT 1 FROM annotation_item what
                    WHERE what.id = slot.item_id AND what.purpose = 'training')) {_FIRST}),
            CASE WHEN NOT %(training)s THEN COALESCE(
            (SELECT slot.id FROM annotation_assignment slot
             WHERE slot.campaign_id = %(campaign)s AND slot.state = 'leased'
                AND slot.lease_until < now()
                AND (slot.reserved_for_id IS NULL OR slot.reserved_for_id = %(person)s)
                AND {_FOR_ME} ORDER BY slot.lease_until LIMIT 1 FOR UPDATE SKIP LOCKED),
            {free}) END
        ) END
    ) AS id
)
UPDATE annotation_assignment taken
SET state = 'leased',
    person_id = %(person)s,
    lost_by_id = CASE WHEN taken.person_id <> %(person)s THEN taken.person_id
        ELSE taken.lost_by_id END,
    lease_until = now() + make_interval(secs => %(lease_s)s),
    claimed_at = CASE WHEN taken.person_id = %(person)s THEN taken.claimed_at ELSE now() END,
    presentation = CASE WHEN taken.person_id = %(person)s THEN taken.presentation ELSE '{{}}' END
FROM pick WHERE taken.id = pick.id
RETURNING {SLOTS.columns}, EXISTS (
    SELECT 1 FROM annotation_workingcopy copy WHERE copy.item_id = taken.item_id
        AND copy.round = taken.round AND copy.person_id = %(person)s) AS has_working_copy
"""  # noqa: S608 - put together from the constants of this file


CLAIM = _claim_by("", _IN_ORDER)
CLAIM_BY_CHANCE = _claim_by(_NEAR, _BY_CHANCE)


def claim_next(
    *, campaign: Campaign, person: User, known: Collection[int] = ()
) -> Assignment | None:
    """The person's next slot, leased for ``campaign.lease_s`` seconds; None when there is none.

    ``known`` are assignments the person's page has already: the claim passes over them, so that
    two more can be fetched ahead. Nobody holds more than three at a time. Who is in training gets
    that alone; who has reached a limit gets nothing, and what else they hold goes back
    (`annotation.services.standing`). Raises `NotFound` or `NotAllowed` for somebody who may not
    work here.
    """
    check_may_work(campaign, person)
    gate = gate_of(campaign, person)
    if gate.stop is not None:
        if gate.stop.frees:
            _free_all(campaign, person, known)
        return None
    for _ in range(TRIES):
        try:
            with _savepoint():
                return _claim(campaign, person, list(known), gate)
        except IntegrityError:  # another tab of the same person took a slot of the same item
            continue
    raise Conflict("Several of your pages asked for work at once. Try again.")


def _savepoint() -> AbstractContextManager[object]:
    """One statement needs no transaction of its own; inside a caller's it must not spoil it."""
    return transaction.atomic() if connection.in_atomic_block else nullcontext()


def _claim(campaign: Campaign, person: User, known: list[int], gate: Gate) -> Assignment | None:
    values: dict[str, Any] = {
        "campaign": campaign.pk, "person": person.pk, "known": known,
        "lease_s": campaign.lease_s, "training": gate.is_training,
        "most": MOST_LEASES if gate.most is None else min(MOST_LEASES, gate.most),
    }  # fmt: skip
    spacing = item_type_of(campaign).spacing()
    if spacing is not None:
        salt = order_key(campaign.order_seed, f"person/{person.pk}")
        values |= {"spacing": spacing, "salt": f"{salt}/"}
    statement = CLAIM if spacing is None else CLAIM_BY_CHANCE
    found = SLOTS.first(statement, values)
    if found is None:
        return None
    assignment, more = found
    (assignment.has_working_copy,) = more
    assignment.campaign = campaign
    assignment.item = item_with_photo(assignment.item_id)
    assignment.item.campaign = campaign
    if not assignment.presentation:
        _present(assignment)
    return assignment


def presentation_seed(assignment: Assignment) -> int:
    """The same for the same person, item and round: a working copy fits after a lost lease too.

    A repeat differs from its first showing in the last bit, so that the sides of a pair are swapped.
    """
    item = assignment.item
    key = f"{item.copy_of_id or item.pk}/{assignment.round}/{assignment.person_id}"
    seed = order_key(assignment.campaign.order_seed, key) >> 31
    return seed ^ 1 if item.purpose == ItemPurpose.REPEAT else seed


def _present(assignment: Assignment) -> None:
    """Decide and store what this person sees where. Killed before this, the next claim does it."""
    kind = item_type_of(assignment.campaign)
    if not (kind.uses_crops or kind.has_sides):
        return
    seed = presentation_seed(assignment)
    assignment.presentation = kind.presentation(shown_item(assignment.item, kind), seed)
    Assignment.objects.filter(pk=assignment.pk).update(presentation=assignment.presentation)


def extend_lease(*, assignments: Sequence[int], person: User) -> list[int]:
    """Renew the leases that are still this person's, run out or not; return which those are."""
    mine = Assignment.objects.filter(
        pk__in=list(assignments)[:MOST_LEASES], person=person, state=AssignmentState.LEASED
    )
    held = list(mine.values_list("pk", "campaign__lease_s"))
    for pk, lease_s in held:
        mine.filter(pk=pk).update(lease_until=Now() + timedelta(seconds=lease_s))
    return [pk for pk, _ in held]


def give_back(*, assignment: Assignment, person: User) -> None:
    """Free the slot for somebody else; nothing happens when it is no longer this person's."""
    _free(assignment, person)


@transaction.atomic
def skip_item(*, assignment: Assignment, person: User, reason: str = "") -> None:
    """Pass the item over, with a reason: it will not be offered to this person again.

    A slot that was kept for this person (of a second round, or of their session) becomes anybody's;
    a copy stays theirs.
    """
    if assignment.item.purpose == ItemPurpose.TRAINING:
        raise Conflict(
            "Training items are not skipped: give your best answer and see the reference."
        )
    if len(reason) > LONGEST_REASON:
        raise InvalidInput(f"A reason has at most {LONGEST_REASON} characters.", field="reason")
    if not _free(assignment, person):
        raise Conflict("This item is no longer yours, so there is nothing to skip.")
    if assignment.item.purpose == ItemPurpose.WORK:
        Assignment.objects.filter(pk=assignment.pk, reserved_for=person).update(
            reserved_for=None, session=None
        )
    skip = Skip(item_id=assignment.item_id, person=person, round=assignment.round, reason=reason)
    Skip.objects.bulk_create([skip], ignore_conflicts=True)
    if item_type_of(assignment.campaign).most_pairs():
        # What nobody is left to answer must not hold back the photo's next pairs.
        Item.objects.filter(pk=assignment.item_id).update(scores_due=True)
        transaction.on_commit(lambda: ask_for_scores(assignment.campaign))


def _free_all(campaign: Campaign, person: User, known: Collection[int]) -> None:
    """Give back what the person holds and their page does not have; that page gives back its own."""
    held = Assignment.objects.filter(
        campaign=campaign, person=person, state=AssignmentState.LEASED
    ).exclude(pk__in=list(known))
    held.update(
        state=AssignmentState.FREE, person=None, lease_until=None, claimed_at=None, presentation={}
    )


def _free(assignment: Assignment, person: User) -> bool:
    held = Assignment.objects.filter(pk=assignment.pk, person=person, state=AssignmentState.LEASED)
    freed = held.update(
        state=AssignmentState.FREE, person=None, lease_until=None, claimed_at=None, presentation={}
    )
    return bool(freed)
