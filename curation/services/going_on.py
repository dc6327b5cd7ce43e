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
from measures.statistics.stopping import Decision, Stop, StopRule, item_decision

CLOSED = "the campaign was closed"
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
    why = _why_enough(kind, rule, answers)
    # A closed campaign asks nobody any more.
    if Campaign.objects.filter(pk=campaign.pk, state=CampaignState.CLOSED).exists():
        why = dict.fromkeys(answers, CLOSED) | why
    ask_again(campaign=campaign, decided={pk: n for pk, n in answers.items() if pk not in why})
    decided = {pk: n for pk, n in answers.items() if pk in why}
    end_items(campaign=campaign, decided=decided, why=why)


def _why_enough(kind: ItemType, rule: StopRule, answers: dict[int, int]) -> dict[int, str]:
    """By item that is to end: why, in words. An item goes on while one of its scores is not known
    or has too wide an interval."""
    things = _things(kind, answers)
    intervals = _intervals(kind, [thing for given in things.values() for thing in given])
    found = {}
    for item_id, n in answers.items():
        spans = [intervals.get(thing, NO_SCORE) for thing in things[item_id]]
        decisions = [item_decision(n, span, rule) for span in spans]
        if all(decision.stop is not Stop.GO_ON for decision in decisions):
            found[item_id] = _words(decisions, spans, rule)
    return found


def _words(decisions: list[Decision], spans: list[Maybe[Interval]], rule: StopRule) -> str:
    if any(decision.stop is Stop.CAP for decision in decisions):
        return f"it has {rule.cap} answers, the most an item gets"
    widest = max((span.value.half_width for span in spans if isinstance(span, Known)), default=0.0)
    what = "its score is" if len(spans) == 1 else "each of its scores is"
    return f"{what} known to \N{PLUS-MINUS SIGN} {widest:.2f}"


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
