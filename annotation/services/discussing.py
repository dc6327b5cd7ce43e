"""Raising, talking over and settling a disagreement."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import Right, require
from annotation.anchors import NO_ANCHOR, Anchor
from annotation.flag_rules import ROUND_REASONS, SETTLE_REASONS, WAYS, checked_code
from annotation.item_types import item_type_of
from annotation.models import (
    Adjudication,
    Assignment,
    AssignmentState,
    Discussion,
    Draft,
    Flag,
    FlagState,
    Item,
    ItemState,
    Message,
    Response,
    SecondRound,
)
from annotation.selectors.items import shown_item
from annotation.services.flagging import PERSON, UNSETTLED, is_complete
from annotation.services.mentioning import find_mentions
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
LONGEST_QUESTION = 500
NOT_OPEN = "The discussion of this item is not open."
REPLIED = "You have replied to this record already. The lead reads it."


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
        defaults={"reason": words, "campaign_id": held.campaign_id},
    )  # fmt: skip
    if not is_new:
        return flag
    if held.state == ItemState.ANSWERED:
        held.state = ItemState.FLAGGED
        held.save(update_fields=["state"])
        Discussion.objects.get_or_create(item=held)
    audit.record(
        actor=by, verb="flag.raise", scope=item.campaign.project.scope, target=f"item/{item.pk}",
        rule=PERSON, flag=flag.pk,
    )  # fmt: skip
    tell_of_flag(flag)
    return flag


@transaction.atomic
def add_message(
    *,
    item: Item,
    author: User,
    text: str,
    anchor: Anchor = NO_ANCHOR,
    reply_to: int | None = None,
) -> Message:
    """Say something about an item: those who answered it, and leads.

    Without ``reply_to``, the message that began a thread, a thread begins, about the photo or what
    ``anchor`` points to. Nobody talks while they owe an answer of the second round: it is given blind.
    When the item is settled each who answered may say one thing more about the record that stands.
    """
    words = _checked(text, LONGEST_MESSAGE, "text", "Write something first.")
    problem = why_silent(item, author)
    if problem:
        raise Conflict(problem)
    discussion = Discussion.objects.filter(item=item).first()
    if discussion is None:
        raise Conflict(NOT_OPEN)
    row = Message(
        discussion=discussion, author=author, anchor=anchor.stored(item),
        reply_to=_thread(discussion, reply_to),
        about=None if discussion.is_open else _record_to_reply_to(item, author),
    )  # fmt: skip
    row.text, mentioned = find_mentions(text=words, item=item, author=author)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Conflict(REPLIED) from None
    row.mentions.set(mentioned)
    tell_of_message(row)
    return row


def _thread(discussion: Discussion, message_id: int | None) -> Message | None:
    if message_id is None:
        return None
    found = Message.objects.filter(pk=message_id, discussion=discussion).first()
    if found is None:
        raise InvalidInput("This discussion has no such message.", field="reply_to")
    return found.reply_to or found


def _record_to_reply_to(item: Item, author: User) -> Adjudication:
    """The record that stands, for somebody who answered the item."""
    record = Adjudication.objects.filter(item=item, replaced_by__isnull=True).first()
    if record is None or not Response.objects.filter(item=item, person=author).exists():
        raise Conflict(NOT_OPEN)
    return record


def resolve_thread(*, message: Message, by: User, is_resolved: bool = True) -> Message:
    """Close a thread, or open it again: who began it, and leads."""
    item = message.discussion.item
    if message.author_id != by.pk:
        require(by, Right.ADJUDICATE, item.campaign.project)
    problem = why_silent(item, by)
    if problem:
        raise Conflict(problem)
    if message.reply_to_id is not None:
        raise InvalidInput("Resolve the message that began the thread.", field="message")
    message.resolved_at = timezone.now() if is_resolved else None
    message.resolved_by = by if is_resolved else None
    message.save(update_fields=["resolved_at", "resolved_by"])
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
def open_second_round(
    *, item: Item, by: User, question: str = "", reason_code: str = "other"
) -> Item:
    """Ask the same people again, blind: a slot of the next round is kept for each of them.

    They are shown the ``question``; it should not tell what anybody answered.
    """
    require(by, Right.ADJUDICATE, item.campaign.project)
    asked = _short(question, LONGEST_QUESTION, "question")
    checked_code(reason_code, ROUND_REASONS)
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
    held.answers = 0
    held.state = ItemState.OPEN
    held.save(update_fields=["round", "answers", "state"])
    SecondRound.objects.create(
        item=held, round=held.round, question=asked, reason_code=reason_code, by=by
    )
    _record(by, "item.second_round", held, round=held.round, reason_code=reason_code)
    tell_of_second_round(held)
    return held


@transaction.atomic
def settle_item(
    *,
    item: Item,
    answer: object,
    reason: str,
    by: User,
    reason_code: str = "other",
    how: str = "written",
    parents: Iterable[int] = (),
    with_draft: bool = False,
) -> Adjudication:
    """Write the golden record: the answer that stands, in the stored shape, and why.

    ``parents``: ids of the responses that it was made of, in one of the ways `flag_rules.WAYS`;
    ``with_draft``: and of the item's draft. These stay as they are. Open slots are closed, flags
    settled. A record can be replaced by a newer one.
    """
    require(by, Right.ADJUDICATE, item.campaign.project)
    checked_code(reason_code, SETTLE_REASONS)
    if how not in WAYS:
        raise InvalidInput(f"how must be one of {', '.join(WAYS)}.", field="how")
    words = _checked(reason, LONGEST_REASON, "reason", "Say why this answer stands.")
    held = Item.objects.select_for_update(no_key=True).get(pk=item.pk)
    if owes_answer(held, by):
        raise Conflict("You hold this item yourself. Answer it or skip it first.")
    kind = item_type_of(item.campaign)
    stored = kind.checked(answer, shown_item(item, kind)).model_dump(mode="json")
    made_of = _parents(held, parents)
    record = Adjudication.objects.create(
        item=held, answer=stored, reason=words, by=by, reason_code=reason_code, how=how,
        draft=_draft(held) if with_draft else None,
        replaces=Adjudication.objects.filter(item=held, replaced_by__isnull=True).first(),
    )  # fmt: skip
    record.parents.set(made_of)
    _close(held)
    _record(by, "item.settle", held, adjudication=record.pk)
    tell_of_record(record)
    return record


def _parents(item: Item, ids: Iterable[int]) -> list[Response]:
    wanted = set(ids)
    found = list(Response.objects.filter(pk__in=wanted, item=item))
    if len(found) != len(wanted):
        raise InvalidInput("parents: an answer of another item is among them.", field="parents")
    return found


def _draft(item: Item) -> Draft:
    if item.draft is None:
        raise InvalidInput("This item has no draft.", field="with_draft")
    return item.draft


@transaction.atomic
def keep_answers(*, item: Item, reason: str, by: User) -> Item:
    """Close the flags and the talk without a new record: the answers, or the record that stands
    already, are left as they are."""
    require(by, Right.ADJUDICATE, item.campaign.project)
    words = _checked(reason, LONGEST_REASON, "reason", "Say why nothing needs to change.")
    held = Item.objects.select_for_update(no_key=True).get(pk=item.pk)
    if owes_answer(held, by):
        raise Conflict("You hold this item yourself. Answer it or skip it first.")
    if held.state in (ItemState.OPEN, ItemState.ASIDE):
        raise Conflict("The item's round is not complete yet.")
    _settle_flags(held)
    if held.state == ItemState.FLAGGED:
        held.state = ItemState.ANSWERED
        held.save(update_fields=["state"])
    _record(by, "item.keep", held, reason=words)
    return held


def settle_with_response(
    *, item: Item, response_id: int, reason: str, by: User, reason_code: str = "other"
) -> Adjudication:
    """Settle an item with one person's answer as it is."""
    response = Response.objects.filter(pk=response_id, item=item).first()
    if response is None:
        raise InvalidInput("This item has no such response.", field="response_id")
    return settle_item(
        item=item, answer=response.answer, reason=reason, by=by, reason_code=reason_code,
        how="picked", parents=[response.pk],
    )  # fmt: skip


def _close(item: Item) -> None:
    """No more answers, no open flag, no open talk; nobody's unfinished work is thrown away."""
    Assignment.objects.filter(
        item=item, state__in=(AssignmentState.FREE, AssignmentState.ASIDE)
    ).delete()
    Discussion.objects.get_or_create(item=item)  # where those who answered see what stands
    _settle_flags(item)
    item.state = ItemState.SETTLED
    item.scores_due = True
    item.save(update_fields=["state", "scores_due"])


def _settle_flags(item: Item) -> None:
    Flag.objects.filter(item=item, state__in=UNSETTLED).update(
        state=FlagState.SETTLED, settled_at=timezone.now()
    )
    Discussion.objects.filter(item=item).update(is_open=False)


def _record(by: User, verb: str, item: Item, **detail: Any) -> None:
    audit.record(
        actor=by, verb=verb, scope=item.campaign.project.scope, target=f"item/{item.pk}", **detail
    )


def _short(text: str, longest: int, name: str) -> str:
    return _checked(text, longest, name, "") if text.strip() else ""


def _checked(text: str, longest: int, name: str, empty: str) -> str:
    words = visible_text(text).strip()
    if not words:
        raise InvalidInput(empty, field=name)
    if len(words) > longest:
        raise InvalidInput(f"This is longer than {longest:,} characters.", field=name)
    return words
