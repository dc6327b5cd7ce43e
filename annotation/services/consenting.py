"""Going round until all agree: what follows when a round of a cross-review is complete."""

from __future__ import annotations

from annotation.flag_rules import VERDICTS
from annotation.item_types import ItemType
from annotation.models import (
    Adjudication,
    Assignment,
    Campaign,
    Discussion,
    Flag,
    FlagState,
    Item,
    ItemState,
    Response,
)
from annotation.services.flagging import current_responses
from core import audit


def go_round(*, item: Item, campaign: Campaign, kind: ItemType, is_flagged: bool) -> None:
    """Settle what all agree on, show a correction to the same people, or hand the item to the lead.

    The caller holds the item's lock and saves its state, round and payload. A person's open flag
    goes before all: then the lead decides.
    """
    rows = current_responses(item, item.round)
    answers = [kind.stored(row.answer) for row in rows]
    agreed = all(row.answer.get("verdict") == "agree" for row in rows)
    frame = kind.next_frame(answers, item.round)
    if is_flagged:
        _to_lead(item)
    elif agreed:
        _settle(item, campaign, rows)
    elif frame is not None:
        _show_again(item, frame, rows)
    else:
        _raise(item, campaign)
        _to_lead(item)


def _settle(item: Item, campaign: Campaign, rows: list[Response]) -> None:
    """The consensus is the golden record, in the name of whoever completed it."""
    last = rows[-1]
    words = f"All {len(rows)} reviewers agreed in round {item.round}."
    record = Adjudication.objects.create(
        item=item, answer=last.answer, how="picked", reason=words, by=last.person
    )
    record.parents.set(rows)
    item.state = ItemState.SETTLED
    audit.record(
        actor=None, verb="item.consensus", scope=campaign.project.scope, target=f"item/{item.pk}",
        adjudication=record.pk, round=item.round,
    )  # fmt: skip


def _show_again(item: Item, frame: list[float], rows: list[Response]) -> None:
    """A slot of the next round for each of the same people; the payload keeps what was shown."""
    before = Assignment.objects.filter(item=item, round=item.round).order_by("slot")
    Assignment.objects.bulk_create(
        Assignment(
            item=item, campaign_id=item.campaign_id, slot=slot.slot, round=item.round + 1,
            reserved_for_id=slot.person_id, priority=slot.priority, order_key=slot.order_key,
        )
        for slot in before
    )  # fmt: skip
    corrected = next(row for row in rows if row.answer.get("box") == frame)
    shown = [*item.payload["shown"], f"response/{corrected.pk}"]
    item.payload = {**item.payload, "box": frame, "shown": shown}
    item.round += 1
    item.answers = 0
    item.state = ItemState.OPEN


def _raise(item: Item, campaign: Campaign) -> None:
    flag, is_new = Flag.objects.get_or_create(
        item=item, rule=VERDICTS, round=item.round,
        defaults={
            "reason": "No agreement between the reviewers.", "state": FlagState.OPEN,
            "campaign_id": item.campaign_id,
        },
    )  # fmt: skip
    if is_new:
        audit.record(
            actor=None, verb="flag.raise", scope=campaign.project.scope, target=f"flag/{flag.pk}",
            rule=flag.rule, item=item.pk,
        )  # fmt: skip


def _to_lead(item: Item) -> None:
    item.state = ItemState.FLAGGED
    Discussion.objects.get_or_create(item=item)
