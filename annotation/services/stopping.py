"""Asking on, item by item: a campaign with a precision target opens one slot more at a time.

An item whose first round is answered stays open until its scores are counted; then it either gets
one slot more or is done. Whoever decides says from how many answers: a decision that is overtaken,
or made twice, changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction

from annotation.item_types import ItemType, item_type_of
from annotation.models import Assignment, Campaign, Item, ItemState
from annotation.selectors.stopping import answers_of_undecided
from annotation.services.flagging import close_round, has_open_flag

LONGEST_REASON = 200

# One slot more than there were answers. Two at once meet at the constraint on item, round and slot;
# somebody who ends the item meanwhile is waited for by the lock.
ASK_AGAIN = """
INSERT INTO annotation_assignment
    (item_id, campaign_id, slot, round, state, priority, order_key, presentation)
SELECT item.id, item.campaign_id, decided.answers + 1, 1, 'free', item.priority, item.order_key, '{}'
FROM unnest(%(items)s::bigint[], %(answers)s::int[]) AS decided(item, answers)
JOIN annotation_item item ON item.id = decided.item
WHERE item.campaign_id = %(campaign)s AND item.state = 'open' AND item.round = 1
    AND decided.answers < %(most)s
    AND decided.answers = (
        SELECT count(*) FROM annotation_assignment slot
        WHERE slot.item_id = item.id AND slot.round = 1)
    AND NOT EXISTS (
        SELECT 1 FROM annotation_assignment slot
        WHERE slot.item_id = item.id AND slot.round = 1 AND slot.state <> 'submitted')
ORDER BY item.id FOR NO KEY UPDATE OF item
ON CONFLICT DO NOTHING
"""


def words_of_most(kind: ItemType, campaign: Campaign) -> str:
    """Why an item stops that has got all the answers it may."""
    return f"it has {kind.most_answers(campaign.overlap)} answers, the most an item gets"


def may_ask_again(item: Item, campaign: Campaign, kind: ItemType) -> bool:
    """Whether its scores may still ask for one answer more, once all that it has asked for are in."""
    if item.round > 1 or kind.stop_rule(campaign.overlap) is None:
        return False
    slots = Assignment.objects.filter(item=item, round=1).count()
    return slots < kind.most_answers(campaign.overlap)


def ask_again(*, campaign: Campaign, decided: Mapping[int, int]) -> int:
    """One slot more for each of these items; return how many got one.

    ``decided``: by item from how many answers it was decided. Never beyond the campaign's most
    answers, never for an item that is done, has a free slot, or has other answers by now.
    """
    most = item_type_of(campaign).most_answers(campaign.overlap)
    values: dict[str, Any] = {
        "campaign": campaign.pk, "items": list(decided), "answers": list(decided.values()),
        "most": most,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(ASK_AGAIN, values)
        return int(cursor.rowcount)


@transaction.atomic
def end_items(
    *, campaign: Campaign, decided: Mapping[int, int], why: Mapping[int, str] | None = None
) -> int:
    """These items have enough answers: apply the rule for disagreement, and move them on.

    ``decided`` as in `ask_again`; an item that has other answers by now is left alone. ``why``: by
    item what is kept as the reason, in words.
    """
    held = list(
        Item.objects.filter(pk__in=decided, campaign=campaign, state=ItemState.OPEN)
        .order_by("pk")
        .select_for_update(no_key=True)
    )
    now = answers_of_undecided([item.pk for item in held])
    ended = [item for item in held if now.get(item.pk) == decided[item.pk]]
    kind = item_type_of(campaign)
    for item in ended:
        close_round(item=item, campaign=campaign, kind=kind, is_flagged=has_open_flag(item))
        item.stopped = (why or {}).get(item.pk, "")[:LONGEST_REASON]
        item.save(update_fields=["state", "stopped"])
    return len(ended)
