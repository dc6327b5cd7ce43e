"""Telling the people of an item or a campaign what happened there.

Nobody learns by a notice what they must not know yet: who owes an answer to an item is told of no
flag, talk or record of it, only that there is an item to answer. No notice names who answered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.urls import reverse

from accounts.models import User
from accounts.roles import Right
from accounts.selectors.people import holders_of
from accounts.services.notifying import notify
from annotation import kinds
from annotation.models import (
    Adjudication,
    Assignment,
    AssignmentState,
    Campaign,
    CampaignState,
    Flag,
    Item,
    ItemComment,
    ItemPurpose,
    Message,
    Response,
)
from annotation.selectors.answers import letters_of
from annotation.selectors.progress import experts_of

SPOKEN_TO = re.compile(r"@([A-Za-z]{1,4})\b")
LEAD = "LEAD"


def tell_of_flag(flag: Flag) -> None:
    """Leads: an item of a campaign is flagged; many are one notice per campaign."""
    item, campaign = flag.item, flag.item.campaign
    notify(
        kind=kinds.FLAG_RAISED, project=campaign.project, event=flag.pk,
        people=_leads(item) - _owing(item) - {flag.by_id},
        text=f"An item of {campaign.name} is flagged",
        address=reverse("annotation:flags", args=[campaign.project.slug, campaign.pk]),
        key=f"flags/campaign/{campaign.pk}",
    )  # fmt: skip


def tell_of_comment(comment: ItemComment) -> None:
    """Leads: somebody left a note about an item; who owes an answer to it is not told."""
    item, campaign = comment.item, comment.item.campaign
    notify(
        kind=kinds.MESSAGE, project=campaign.project, event=comment.pk,
        people=_leads(item) - _owing(item) - {comment.author_id},
        text=f"There is a comment on item {item.pk} of {campaign.name}",
        address=reverse("annotation:item", args=[campaign.project.slug, item.pk]),
        key=f"comment/item/{item.pk}",
    )  # fmt: skip


def tell_of_second_round(item: Item) -> None:
    """Those for whom a slot of the new round is kept."""
    rows = Assignment.objects.filter(item=item, round=item.round, reserved_for__isnull=False)
    slots = dict(rows.values_list("pk", "reserved_for"))
    notify(
        kind=kinds.SECOND_ROUND, project=item.campaign.project,
        event=max(slots, default=0), people=set(slots.values()),
        text=f"An item of {item.campaign.name} waits for your answer once more",
        address=reverse("annotation:workspace", args=[item.campaign_id]),
        key=f"again/campaign/{item.campaign_id}",
    )  # fmt: skip


def tell_of_message(message: Message) -> None:
    """The others who answered the item, and leads; whoever is spoken to by letter is told so. Only
    leads are told the item's number: it would say of a copy that it is one."""
    talk, item = message.discussion, message.discussion.item
    experts, owing = _answerers(item), _owing(item) | {message.author_id}
    leads = _leads(item) - experts
    here = reverse("annotation:discussion", args=[talk.pk])
    _tell_of_words(message, f"discussion {talk.pk}", experts - owing, here)
    there = reverse("annotation:item", args=[item.campaign.project.slug, item.pk])
    _tell_of_words(message, f"the discussion of item {item.pk}", leads - owing, there)


def tell_of_record(record: Adjudication) -> None:
    """Those who answered: the item is settled; many are one notice per campaign."""
    item = record.item
    notify(
        kind=kinds.ITEM_SETTLED, project=item.campaign.project, event=record.pk,
        people=_answerers(item) - _owing(item) - {record.by_id},
        text=f"An item of {item.campaign.name} that you answered is settled",
        address=reverse("annotation:discussion", args=[item.discussion.pk]),
        key=f"settled/campaign/{item.campaign_id}",
    )  # fmt: skip


def tell_of_work(campaign: Campaign, by: User | None) -> None:
    """The pool, or every expert: an open campaign has items that it had not before."""
    if campaign.state != CampaignState.OPEN:
        return
    notify(
        kind=kinds.NEW_WORK, project=campaign.project,
        people=set(experts_of(campaign)) - {by.pk if by else None},
        event=campaign.items.filter(purpose=ItemPurpose.WORK).count(),
        text=f"There is new work for you in {campaign.name}",
        address=reverse("annotation:workspace", args=[campaign.pk]),
        key=f"work/campaign/{campaign.pk}",
    )  # fmt: skip


def _tell_of_words(message: Message, place: str, people: set[int], address: str) -> None:
    item = message.discussion.item
    spoken_to = people & _spoken_to(message.text, item)
    for kind, told, text in (
        (kinds.MENTION, spoken_to, "You are spoken to in"),
        (kinds.MESSAGE, people - spoken_to, "There are new words in"),
    ):
        notify(
            kind=kind, people=told, project=item.campaign.project, event=message.pk,
            text=f"{text} {place} of {item.campaign.name}", address=address,
            key=f"{kind.name}/item/{item.pk}",
        )  # fmt: skip


def _spoken_to(text: str, item: Item) -> set[int]:
    named = {word.upper() for word in SPOKEN_TO.findall(text)}
    if not named:
        return set()
    found = {pk for pk, letter in letters_of(item).items() if letter.upper() in named}
    return found | (_leads(item) if LEAD in named else set())


def _leads(item: Item) -> set[int]:
    return holders_of(item.campaign.project, Right.ADJUDICATE)


def _answerers(item: Item) -> set[int]:
    rows = Response.objects.filter(item=item, replaced_by__isnull=True)
    return set(rows.values_list("person", flat=True))


def _owing(item: Item) -> set[int | None]:
    slots = Assignment.objects.filter(item=item).exclude(state=AssignmentState.SUBMITTED)
    return _flat(slots.values_list("person", "reserved_for"))


def _flat(rows: Iterable[tuple[int | None, int | None]]) -> set[int | None]:
    return {each for row in rows for each in row}
