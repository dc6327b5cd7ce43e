"""Raising, talking over and settling a disagreement."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import Right, require
from annotation.item_types import item_type_of
from annotation.models import (
    Adjudication,
    Assignment,
    AssignmentState,
    Discussion,
    Flag,
    FlagState,
    Item,
    ItemState,
    Message,
    Response,
)
from annotation.selectors.items import shown_item
from annotation.services.flagging import PERSON, UNSETTLED, is_complete
from annotation.services.telling import (
    tell_of_flag,
    tell_of_message,
    tell_of_record,
    tell_of_second_round,
)
from core import audit
from core.errors import Conflict, InvalidInput
from inference.visible import visible_text

LONGEST_REASON = 300
LONGEST_MESSAGE = 5_000


@transaction.atomic
def flag_item(*, item: Item, by: User, reason: str) -> Flag:
    """A person asks for a second look. An answered item goes into discussion at once; one that
    others still answer, when its round is complete. The same person's flag twice is one."""
    words = _checked(reason, LONGEST_REASON, "reason", "Say what the lead should look at.")
    require(by, Right.ANNOTATE, item.campaign.project)
    held = Item.objects.select_for_update(no_key=True).get(pk=item.pk)
    if held.state == ItemState.SETTLED:
        raise Conflict("This item is settled. Write to the lead if the record is wrong.")
    flag, is_new = Flag.objects.get_or_create(
        item=held, rule=PERSON, round=held.round, by=by, state=FlagState.OPEN,
        defaults={"reason": words},
    )  # fmt: skip
    if not is_new:
        return flag
    if held.state == ItemState.ANSWERED:
        held.state = ItemState.FLAGGED
        held.save(update_fields=["state"])
        Discussion.objects.get_or_create(item=held)
    audit.record(
        actor=by, verb="flag.raise", scope=item.campaign.project.scope, target=f"flag/{flag.pk}",
        rule=PERSON, item=item.pk,
    )  # fmt: skip
    tell_of_flag(flag)
    return flag


@transaction.atomic
def add_message(*, item: Item, author: User, text: str) -> Message:
    """Say something in the open discussion of an item: those who answered it, and leads.

    Nobody talks while they owe an answer of the second round: it is given blind.
    """
    words = _checked(text, LONGEST_MESSAGE, "text", "Write something first.")
    problem = why_silent(item, author)
    if problem:
        raise Conflict(problem)
    discussion = Discussion.objects.filter(item=item, is_open=True).first()
    if discussion is None:
        raise Conflict("The discussion of this item is not open.")
    message = Message.objects.create(discussion=discussion, author=author, text=words)
    tell_of_message(message)
    return message


def why_silent(item: Item, person: User) -> str:
    """Why this person may not see or join the talk yet, in words; empty when they may."""
    if owes_answer(item, person):
        return "Answer this item first; the others' answers are shown afterwards."
    return ""


def owes_answer(item: Item, person: User) -> bool:
    """Whether the person holds a slot of the item, or one is kept for them, unanswered."""
    slots = Assignment.objects.filter(item=item).exclude(state=AssignmentState.SUBMITTED)
    return slots.filter(person=person).exists() or slots.filter(reserved_for=person).exists()


@transaction.atomic
def open_second_round(*, item: Item, by: User) -> Item:
    """Ask the same people again, blind: a slot of the next round is kept for each of them."""
    require(by, Right.ADJUDICATE, item.campaign.project)
    held = Item.objects.select_for_update(no_key=True).get(pk=item.pk)
    if held.state != ItemState.FLAGGED:
        raise Conflict("A second round is for an item in discussion.")
    if not is_complete(held):
        raise Conflict("The item's round is not complete yet.")
    before = Assignment.objects.filter(item=held, round=held.round).order_by("slot")
    Assignment.objects.bulk_create(
        Assignment(
            item=held, campaign_id=held.campaign_id, slot=slot.slot, round=held.round + 1,
            reserved_for_id=slot.person_id, priority=slot.priority, order_key=slot.order_key,
        )
        for slot in before
    )  # fmt: skip
    Flag.objects.filter(item=held, state=FlagState.OPEN).update(state=FlagState.SECOND_ROUND)
    held.round += 1
    held.state = ItemState.OPEN
    held.save(update_fields=["round", "state"])
    _record(by, "item.second_round", held, round=held.round)
    tell_of_second_round(held)
    return held


@transaction.atomic
def settle_item(*, item: Item, answer: object, reason: str, by: User) -> Adjudication:
    """Write the golden record: the answer that stands, in the stored shape, and why.

    Open slots are closed, flags settled. A record can be replaced by a newer one.
    """
    require(by, Right.ADJUDICATE, item.campaign.project)
    words = _checked(reason, LONGEST_REASON, "reason", "Say why this answer stands.")
    held = Item.objects.select_for_update(no_key=True).get(pk=item.pk)
    if owes_answer(held, by):
        raise Conflict("You hold this item yourself. Answer it or skip it first.")
    kind = item_type_of(item.campaign)
    stored = kind.checked(answer, shown_item(item, kind)).model_dump(mode="json")
    record = Adjudication.objects.create(
        item=held, answer=stored, reason=words, by=by,
        replaces=Adjudication.objects.filter(item=held, replaced_by__isnull=True).first(),
    )  # fmt: skip
    _close(held)
    _record(by, "item.settle", held, adjudication=record.pk)
    tell_of_record(record)
    return record


def settle_with_response(*, item: Item, response_id: int, reason: str, by: User) -> Adjudication:
    """Settle an item with one person's answer as it is."""
    response = Response.objects.filter(pk=response_id, item=item).first()
    if response is None:
        raise InvalidInput("This item has no such response.", field="response_id")
    return settle_item(item=item, answer=response.answer, reason=reason, by=by)


def _close(item: Item) -> None:
    """No more answers, no open flag, no open talk; nobody's unfinished work is thrown away."""
    Assignment.objects.filter(item=item, state=AssignmentState.FREE).delete()
    Flag.objects.filter(item=item, state__in=UNSETTLED).update(
        state=FlagState.SETTLED, settled_at=timezone.now()
    )
    Discussion.objects.filter(item=item).update(is_open=False)
    item.state = ItemState.SETTLED
    item.scores_due = True
    item.save(update_fields=["state", "scores_due"])


def _record(by: User, verb: str, item: Item, **detail: Any) -> None:
    audit.record(
        actor=by, verb=verb, scope=item.campaign.project.scope, target=f"item/{item.pk}", **detail
    )


def _checked(text: str, longest: int, name: str, empty: str) -> str:
    words = visible_text(text).strip()
    if not words:
        raise InvalidInput(empty, field=name)
    if len(words) > longest:
        raise InvalidInput(f"This is longer than {longest:,} characters.", field=name)
    return words
