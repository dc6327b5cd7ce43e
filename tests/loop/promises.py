"""What a crowd was told, held against what the database has: never more answers than the overlap,
nobody twice, no item stuck, nothing lost, nothing made up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import connection

from annotation.models import Assignment, Item, ItemState, Rating, Response
from tests.loop.crowd import Expert, Submission

# Items that more people hold or have answered than the campaign's overlap, at this moment.
TOO_MANY = """
SELECT slot.item_id FROM annotation_assignment slot
    JOIN annotation_campaign campaign ON campaign.id = slot.campaign_id
WHERE campaign.id = %s AND slot.state <> 'free'
GROUP BY slot.item_id, campaign.overlap HAVING count(*) > campaign.overlap
UNION ALL
SELECT item.id FROM annotation_response response
    JOIN annotation_item item ON item.id = response.item_id
    JOIN annotation_campaign campaign ON campaign.id = item.campaign_id
WHERE campaign.id = %s AND response.replaces_id IS NULL
GROUP BY item.id, campaign.overlap HAVING count(*) > campaign.overlap
"""


@dataclass(frozen=True)
class Row:
    """A stored response, as far as its sender could know it."""

    pk: int
    person: int
    score: int


def broken_promises(crowd: Iterable[Expert], campaigns: Sequence[int], overlap: int) -> list[str]:
    """In words; empty when all is well. Everybody must have heard the last of their answers."""
    crowd = list(crowd)
    found = [fault for expert in crowd for fault in expert.faults]
    found += _surplus(campaigns, overlap)
    found += _stuck(campaigns)
    found += _parts(campaigns)
    sent = [each for expert in crowd for each in expert.log if each.campaign in campaigns]
    return found + list(_against_logs(sent, _stored(campaigns)))


def is_done(campaign: int, seen: list[str]) -> bool:
    """Whether every slot is answered; adds to ``seen`` what has too many while the crowd works."""
    with connection.cursor() as cursor:
        cursor.execute(TOO_MANY, [campaign, campaign])
        seen += [f"surplus: item {row[0]} for a moment" for row in cursor.fetchall()]
    return not Assignment.objects.filter(campaign=campaign).exclude(state="submitted").exists()


def _stored(campaigns: Sequence[int]) -> dict[str, Row]:
    rows = Response.objects.filter(item__campaign__in=campaigns)
    values = rows.values_list("submission_id", "pk", "person_id", "answer__score")
    return {str(ident): Row(pk, person, score) for ident, pk, person, score in values}


def _against_logs(sent: Sequence[Submission], stored: dict[str, Row]) -> Iterator[str]:
    for each in sent:
        row = stored.pop(each.ident, None)
        if each.stored is not None and row != Row(each.stored, each.person, each.score):
            yield f"lost: {each} was promised, the database has {row}"
        elif row is not None and each.is_refused:
            yield f"refused and stored all the same: {each}"
        elif row is not None and each.stored is None:
            yield f"stored, and its sender never heard of it: {each}"
    for ident, row in stored.items():
        yield f"nobody sent it: {ident} {row}"


def _surplus(campaigns: Sequence[int], overlap: int) -> Iterator[str]:
    rows = Response.objects.filter(item__campaign__in=campaigns, replaces__isnull=True)
    people: dict[tuple[int, int], list[int]] = {}
    for item, round_, person in rows.values_list("item", "round", "person"):
        people.setdefault((item, round_), []).append(person)
    for (item, _), answered in people.items():
        if len(answered) > overlap:
            yield f"surplus: {len(answered)} answers to item {item}"
        if len(set(answered)) < len(answered):
            yield f"somebody answered item {item} twice"


def _stuck(campaigns: Sequence[int]) -> Iterator[str]:
    slots = Assignment.objects.filter(campaign__in=campaigns).exclude(state="submitted")
    for slot in slots.values("pk", "item", "state", "person", "lease_until")[:20]:
        yield f"stuck: {slot}"
    for item in Item.objects.filter(campaign__in=campaigns, state=ItemState.OPEN)[:20]:
        yield f"stuck: item {item.pk} is still open"


def _parts(campaigns: Sequence[int]) -> Iterator[str]:
    current = Response.objects.filter(item__campaign__in=campaigns, replaced_by__isnull=True)
    ratings = Rating.objects.filter(response__item__campaign__in=campaigns, is_current=True)
    if sorted(current.values_list("pk", flat=True)) != sorted(
        ratings.values_list("response", flat=True)
    ):
        yield "the ratings that count are not those of the answers that stand"
