"""Flags and discussions, as the people of an item and its lead see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.models import Project, User
from accounts.roles import Right, can, require
from annotation.flag_rules import GOLD_MISS
from annotation.models import Adjudication, Flag, FlagState, Item, Message, Response
from annotation.selectors.answers import letters_of
from core.errors import NotFound

LEAD = "lead"


@dataclass(frozen=True)
class Said:
    """A message with its author by letter; who did not answer the item speaks as lead."""

    author: str
    text: str
    created_at: datetime
    is_mine: bool
    id: int
    reply_to: int | None
    anchor: dict[str, Any]
    is_resolved: bool


def messages_of(item: Item, reader: User | None) -> list[Said]:
    """What was said about the item, oldest first."""
    letters = letters_of(item)
    rows = Message.objects.filter(discussion__item=item).order_by("pk")
    return [
        Said(
            letters.get(row.author_id, LEAD), row.text, row.created_at,
            reader is not None and row.author_id == reader.pk,
            row.pk, row.reply_to_id, row.anchor, row.resolved_at is not None,
        )
        for row in rows
    ]  # fmt: skip


def golden_record(item: Item) -> Adjudication | None:
    """The record that stands, if the item is settled."""
    return Adjudication.objects.filter(item=item, replaced_by__isnull=True).first()


def flags_in(project: Project) -> QuerySet[Flag]:
    """Every flag of a project, newest first."""
    return Flag.objects.filter(campaign__project=project).order_by("-pk")


def my_discussions(person: User) -> QuerySet[Item]:
    """Items the person answered that are flagged now or were, newest flag first."""
    flags = Flag.objects.filter(item__responses__person=person).exclude(rule=GOLD_MISS)
    newest = Flag.objects.filter(item=OuterRef("pk")).exclude(rule=GOLD_MISS).order_by("-pk")
    return (
        Item.objects.filter(pk__in=flags.values("item"))
        .select_related("campaign__project", "photo", "discussion")
        .order_by(Subquery(newest.values("pk")[:1]).desc())
    )


def open_flags(item: Item) -> list[Flag]:
    """Flags that are not settled, as those who answered may know them: not that it is a gold item."""
    flags = item.flags.exclude(state=FlagState.SETTLED).exclude(rule=GOLD_MISS)
    return list(flags.order_by("pk"))


def thread_for(person: User, message_id: int) -> Message:
    """A message of an item that the person answered or settles; anything else is `NotFound`."""
    rows = Message.objects.select_related("discussion__item__campaign__project")
    found = rows.filter(pk=message_id).first()
    item = found.discussion.item if found else None
    if found is None or item is None or not _may_talk(person, item):
        raise NotFound("There is no such message, or it is not yours to resolve.")
    return found


def _may_talk(person: User, item: Item) -> bool:
    if can(person, Right.ADJUDICATE, item.campaign.project):
        return True
    is_mine = Response.objects.filter(item=item, person=person).exists()
    return is_mine and can(person, Right.ANNOTATE, item.campaign.project)


def discussed_item(person: User, discussion_id: int) -> Item:
    """The item of a discussion, if the person answered it; anything else is `NotFound`.

    Those who answer never learn an item's id: it would say which items are copies.
    """
    found = (
        Item.objects.filter(discussion=discussion_id, responses__person=person)
        .select_related("campaign__project", "photo", "draft", "discussion")
        .distinct()
        .first()
    )
    if found is None:
        raise NotFound("There is no such discussion, or you did not answer its item.")
    require(person, Right.ANNOTATE, found.campaign.project)
    return found
