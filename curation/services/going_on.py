"""What a campaign does with new answers: an item is done or asks for one answer more; a photo gets
the pairs of crops that tell most.

Runs in the transaction that writes the scores and clears the items' marks: a worker that is killed
in between has decided nothing, and the next one decides the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from annotation.item_types import ItemType, item_type_of
from annotation.models import Campaign, CampaignState, Item, ItemCrop
from annotation.selectors.stopping import answers_of_undecided
from annotation.services.stopping import ask_again, end_items
from curation.models import Score
from curation.services.useful_pairs import add_useful_pairs
from measures.statistics import mos, primary
from measures.statistics.known import Interval, Known, Maybe, NotKnown
from measures.statistics.stopping import Stop, StopRule, item_decision

NO_SCORE = NotKnown("nobody has given it a score")


def go_on(*, campaign: Campaign, item_ids: Sequence[int]) -> None:
    """Decide about these items, whose scores are fresh."""
    kind = item_type_of(campaign)
    rule = kind.stop_rule(campaign.overlap)
    if rule is not None:
        _ask_or_end(campaign, kind, rule, item_ids)
    if kind.most_pairs():
        add_useful_pairs(campaign=campaign, most=kind.most_pairs(), item_ids=item_ids)


def _ask_or_end(
    campaign: Campaign, kind: ItemType, rule: StopRule, item_ids: Sequence[int]
) -> None:
    answers = answers_of_undecided(item_ids)
    if not answers:
        return
    wider = _uncertain(kind, rule, answers)
    # A closed campaign asks nobody any more.
    if Campaign.objects.filter(pk=campaign.pk, state=CampaignState.CLOSED).exists():
        wider = set()
    ask_again(campaign=campaign, decided={pk: n for pk, n in answers.items() if pk in wider})
    end_items(campaign=campaign, decided={pk: n for pk, n in answers.items() if pk not in wider})


def _uncertain(kind: ItemType, rule: StopRule, answers: dict[int, int]) -> set[int]:
    """Items with a score whose interval is still too wide, or not known."""
    things = _things(kind, answers)
    intervals = _intervals(kind, [thing for given in things.values() for thing in given])
    return {
        item_id
        for item_id, n in answers.items()
        if any(
            item_decision(n, intervals.get(thing, NO_SCORE), rule).stop is Stop.GO_ON
            for thing in things[item_id]
        )
    }


def _things(kind: ItemType, answers: dict[int, int]) -> dict[int, list[int]]:
    """By item what it scores: its crops, or its photo."""
    if not kind.uses_crops:
        photos = Item.objects.filter(pk__in=answers).values_list("pk", "photo_id")
        return {item_id: [photo_id] for item_id, photo_id in photos}
    found: dict[int, list[int]] = defaultdict(list)
    crops = ItemCrop.objects.filter(item__in=answers)
    for item_id, crop_id in crops.values_list("item_id", "crop_id"):
        found[item_id].append(crop_id)
    return found


def _intervals(kind: ItemType, things: Sequence[int]) -> dict[int, Maybe[Interval]]:
    """By crop (or photo) the interval of its primary score, or else of its mean."""
    name = "crop" if kind.uses_crops else "photo"
    rows = Score.objects.filter(kind=name, **{f"{name}__in": things}, low__isnull=False)
    known: dict[tuple[int, str], Interval] = {
        (thing, method): Interval(low, high)
        for thing, method, low, high in rows.values_list(f"{name}_id", "method", "low", "high")
    }
    return {thing: _first_known(thing, known) for thing in things}


def _first_known(thing: int, known: dict[tuple[int, str], Interval]) -> Maybe[Interval]:
    for method in (primary.METHOD, mos.METHOD):
        if (thing, method) in known:
            return Known(known[thing, method])
    return NO_SCORE
