"""Gold and repeat items: copies for one person, mixed unmarked into their work.

After an answer it is decided, from the campaign's seed alone, whether the person meets a settled
item next, or one again that they answered twenty answers ago (statistics.md 4: 5 to 10 % of each).
A copy is kept for that person. Its answer is stored as every answer, and becomes no rating, vote,
crop or sample: only a `CopyResult`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import User
from accounts.services.preferences import zone_of
from annotation.conduct import parse_conduct
from annotation.flag_rules import flag_rules
from annotation.item_types import ItemType, Parsed
from annotation.models import (
    Adjudication,
    Assignment,
    Campaign,
    CopyResult,
    Distribution,
    DraftOutcome,
    Item,
    ItemCrop,
    ItemPurpose,
    ItemState,
    Response,
    TrainingItem,
)
from annotation.services.adding import order_key
from annotation.services.flagging import note_gold_answer

# How many other answers lie at least between an answer and its repeat.
REPEAT_AFTER = 20
MOST_SHARE = 0.3
# Before all places of a session, where a person's slots are in order.
NEXT = -1
FIRST = 1_000


def add_copies(*, campaign: Campaign, person: User) -> list[Item]:
    """After an answer to work: the copies that this person meets next, mostly none."""
    if not (campaign.gold_share or campaign.repeat_share):
        return []
    due = [_repeat_due(campaign, person), _gold_due(campaign, person)]
    found = [
        copy_for(
            campaign=campaign, person_id=person.pk, item=item, purpose=purpose,
            key=f"{purpose}/{item.pk}/{person.pk}", order=item.order_key,
        )
        for item, purpose in filter(None, due)
    ]  # fmt: skip
    return [item for item in found if item is not None]


def add_gold_check(*, campaign: Campaign, person: User, response: Response) -> Item | None:
    """One gold item more each time the drafts that the person accepted unchanged today, in their own
    time zone, have come to the quota of the campaign once more (screens.md, E.1)."""
    quota = parse_conduct(campaign.conduct).unchanged_a_day
    if not quota:
        return None
    as_is = DraftOutcome.objects.filter(kind=DraftOutcome.Kind.AS_IS, is_current=True)
    if not as_is.filter(response=response).exists():
        return None
    midnight = datetime.combine(
        timezone.now().astimezone(zone_of(person)), time.min, zone_of(person)
    )
    today = as_is.filter(
        response__person=person, response__campaign=campaign, response__created_at__gte=midnight
    )
    chosen = None if today.count() % quota else _gold_item(campaign, person)
    return chosen and copy_for(
        campaign=campaign, person_id=person.pk, item=chosen, purpose=ItemPurpose.GOLD,
        key=f"{ItemPurpose.GOLD}/{chosen.pk}/{person.pk}", order=chosen.order_key,
    )  # fmt: skip


def _answered(campaign: Campaign, person: User) -> Any:
    """The person's first answers to work, newest first."""
    return Response.objects.filter(
        person=person, assignment__campaign=campaign, round=1, replaces__isnull=True,
        item__purpose=ItemPurpose.WORK,
    ).order_by("-pk")  # fmt: skip


def _repeat_due(campaign: Campaign, person: User) -> tuple[Item, ItemPurpose] | None:
    if not campaign.repeat_share:
        return None
    rows = _answered(campaign, person).select_related("item")
    for each in rows[REPEAT_AFTER : REPEAT_AFTER + 1]:
        if _is_drawn(campaign, f"repeat/{each.item_id}/{person.pk}", campaign.repeat_share):
            return each.item, ItemPurpose.REPEAT
    return None


def _gold_due(campaign: Campaign, person: User) -> tuple[Item, ItemPurpose] | None:
    if not campaign.gold_share:
        return None
    number = _answered(campaign, person).count()
    if not _is_drawn(campaign, f"gold/{number}/{person.pk}", campaign.gold_share):
        return None
    chosen = _gold_item(campaign, person)
    return None if chosen is None else (chosen, ItemPurpose.GOLD)


def _gold_item(campaign: Campaign, person: User) -> Item | None:
    """One that the person has not met, by the campaign's seed."""
    known = gold_for(campaign, person).values_list("pk", flat=True)[:1_000]
    chosen = min(
        known, key=lambda pk: order_key(campaign.order_seed, f"{pk}/{person.pk}"), default=None
    )
    return None if chosen is None else Item.objects.get(pk=chosen)


def gold_for(campaign: Campaign, person: User) -> Any:
    """Settled items of the project and item type that this person has not met, in any campaign."""
    met = Response.objects.filter(item=OuterRef("pk"), person=person)
    had = Item.objects.filter(copy_of=OuterRef("pk"), assignments__reserved_for=person)
    golden = Adjudication.objects.filter(item=OuterRef("pk"))
    return Item.objects.filter(
        Exists(golden), ~Exists(met), ~Exists(had), campaign__project=campaign.project_id,
        campaign__item_type=campaign.item_type, purpose=ItemPurpose.WORK, state=ItemState.SETTLED,
    ).order_by("pk")  # fmt: skip


def _is_drawn(campaign: Campaign, key: str, share: float) -> bool:
    return order_key(campaign.order_seed, key) < share * 2**63


def copy_for(
    *, campaign: Campaign, person_id: int, item: Item, purpose: ItemPurpose, key: str, order: int
) -> Item | None:
    """The copy with its one slot, kept for the person; None if it was made before."""
    copy = Item(
        campaign=campaign, photo_id=item.photo_id, draft_id=item.draft_id, payload=item.payload,
        subject_key=key, purpose=purpose, copy_of=item, order_key=order,
    )  # fmt: skip
    Item.objects.bulk_create([copy], ignore_conflicts=True)
    made = Item.objects.filter(campaign=campaign, subject_key=copy.subject_key).first()
    if made is None or made.assignments.exists():
        return None
    crops = ItemCrop.objects.filter(item=item).values_list("crop_id", "place")
    ItemCrop.objects.bulk_create(
        ItemCrop(item=made, crop_id=crop_id, place=place) for crop_id, place in crops
    )
    Assignment.objects.create(
        item=made, campaign=campaign, slot=1, reserved_for_id=person_id,
        order_key=_place(campaign, made),
    )  # fmt: skip
    return made


def _place(campaign: Campaign, copy: Item) -> int:
    """Training and warm-ups come before everything; in sessions the other copies come next."""
    if copy.purpose in (ItemPurpose.TRAINING, ItemPurpose.WARMUP):
        return copy.order_key - FIRST
    return NEXT if campaign.distribution == Distribution.SESSIONS else copy.order_key


def note_result(*, response: Response, item: Item, kind: ItemType, parsed: Parsed) -> CopyResult:
    """Compare an answer to a copy with what was wanted, and keep what came of it."""
    is_gold = item.purpose == ItemPurpose.GOLD
    wanted = _wanted(item, response.person_id, kind)
    agrees, pairs = None, []
    if wanted is not None:
        agrees = kind.agrees(parsed, wanted)
        pairs = _pairs(kind.numbers(wanted), kind.numbers(parsed))
    if is_gold and item.copy_of_id and flag_rules(item.campaign.flag_rules).gold:
        note_gold_answer(gold_id=item.copy_of_id, response=response, agrees=agrees)
    return CopyResult.objects.create(
        response=response, person_id=response.person_id, campaign_id=item.campaign_id,
        purpose=item.purpose, agrees=agrees, pairs=pairs,
    )  # fmt: skip


def _wanted(item: Item, person_id: int, kind: ItemType) -> Parsed | None:
    """The settled answer, the reference of a training item, or the person's own to the first showing."""
    if item.purpose == ItemPurpose.GOLD:
        golden = Adjudication.objects.filter(item=item.copy_of_id, replaced_by__isnull=True)
        raw = golden.order_by("-pk").values_list("answer", flat=True).first()
    elif item.purpose == ItemPurpose.TRAINING:
        known = TrainingItem.objects.filter(campaign=item.campaign_id, item=item.copy_of_id)
        raw = known.values_list("answer", flat=True).first()
    else:
        mine = Response.objects.filter(item=item.copy_of_id, person=person_id, round=1)
        raw = mine.filter(replaced_by__isnull=True).values_list("answer", flat=True).first()
    return None if raw is None else kind.stored(raw)


def _pairs(wanted: Mapping[str, float], given: Mapping[str, float]) -> list[list[float]]:
    return [[value, given[name]] for name, value in wanted.items() if name in given]
