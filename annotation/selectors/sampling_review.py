"""The sampling review: a part of each person's answered items that a lead looks at.

The part is the campaign's `review_percent`, plus the share of the person's answers that a lead changed
among those looked at last, so that it rises where mistakes are found and falls where they end. Items
that a rule flagged are looked at anyway and say nothing here. Which items are picked follows from the
campaign's seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from annotation.conduct import parse_conduct
from annotation.models import Adjudication, Campaign, Flag, Item, ItemPurpose, ItemState, Response
from annotation.selectors.outcomes import Outcome, outcomes
from measures.statistics.known import Known
from measures.statistics.proportion import Proportion, proportion

LOOKED_BACK = 50  # answers of a person, the newest

# A person's part in hundredths of a percent; the hash of item, person and seed says who is picked.
PICKED = """
SELECT DISTINCT item.id
FROM annotation_item item
JOIN annotation_response answer ON answer.item_id = item.id AND answer.round = item.round
JOIN unnest(%(people)s::bigint[], %(parts)s::int[]) AS wanted(person, part)
    ON wanted.person = answer.person_id
WHERE item.campaign_id = %(campaign)s AND item.purpose = 'work' AND item.state = 'answered'
    AND NOT EXISTS (SELECT 1 FROM annotation_flag flag WHERE flag.item_id = item.id)
    AND (hashint8extended(item.id, %(seed)s + answer.person_id) & 1048575) %% 10000 < wanted.part
ORDER BY item.id DESC
"""


@dataclass(frozen=True)
class Reviewed:
    """A person's part. ``changed``: answers that a lead changed, of those looked at; None before any."""

    person: User
    answered: int
    looked_at: int
    changed: Proportion | None
    part: float


def review_percent(campaign: Campaign) -> int:
    """The part of everybody; 0: there is no sampling review."""
    return parse_conduct(campaign.conduct).review_percent


def reviewed_people(campaign: Campaign) -> list[Reviewed]:
    """Everybody who answered something, by name."""
    base = review_percent(campaign) / 100
    given = _answers(campaign).filter(person=OuterRef("pk"))
    people = User.objects.filter(Exists(given)).order_by("name", "pk")
    return [_reviewed(campaign, person, base) for person in people]


def picked_items(campaign: Campaign, people: Sequence[Reviewed]) -> QuerySet[Item]:
    """What waits to be looked at, newest first."""
    values: dict[str, Any] = {
        "campaign": campaign.pk, "seed": campaign.order_seed,
        "people": [each.person.pk for each in people],
        "parts": [round(each.part * 10_000) for each in people],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(PICKED, values)
        picked = [pk for (pk,) in cursor.fetchall()]
    return Item.objects.filter(pk__in=picked).select_related("photo").order_by("-pk")


def _reviewed(campaign: Campaign, person: User, base: float) -> Reviewed:
    mine = _answers(campaign).filter(person=person)
    flags, golden = Flag.objects.filter(item=OuterRef("item")), Adjudication.objects.filter(
        item=OuterRef("item")
    )  # fmt: skip
    looked_at = mine.filter(Exists(golden), ~Exists(flags), item__state=ItemState.SETTLED)
    newest = looked_at.select_related("item__campaign", "item__draft").order_by("-pk")[:LOOKED_BACK]
    told = [_stands(each) for each in outcomes(list(newest))]
    changed: Proportion | None = None
    part = base
    match proportion(told.count(False), len(told)):
        case Known(found):
            changed, part = found, min(1.0, base + found.share)
    return Reviewed(person, mine.count(), looked_at.count(), changed, part)


def _stands(each: Outcome) -> bool:
    """Whether the answer is the record's; where its type cannot say, in the same words."""
    if each.agrees is not None:
        return each.agrees
    return not each.texts and each.mine == each.stands


def _answers(campaign: Campaign) -> QuerySet[Response]:
    return Response.objects.filter(
        campaign=campaign, item__purpose=ItemPurpose.WORK, replaced_by__isnull=True
    )
