"""What happens when a round of an item is complete: the rules look, and the item's state follows.

The formulas stand in `measures.statistics`, the thresholds in `annotation.flag_rules`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from annotation.flag_rules import (
    BOXES,
    DEVIATION,
    GOLD_MISS,
    PERSON,
    PREFERENCE,
    SPLIT,
    UNEXPECTED,
    VERDICTS,
    FlagRules,
    flag_rules,
)
from annotation.item_types import ItemType, Parsed, RatingValue
from annotation.models import (
    Assignment,
    AssignmentState,
    Campaign,
    Discussion,
    Flag,
    FlagState,
    Item,
    ItemState,
    Response,
)
from annotation.services.telling import tell_of_flag
from core import audit
from measures.statistics.deviation import DeviationReport, deviations, threshold_for
from measures.statistics.disagreement import Clash, box_clash, preference_clash, verdict_clash

__all__ = ["DEVIATION", "PERSON", "SPLIT", "UNEXPECTED"]
UNSETTLED = (FlagState.OPEN, FlagState.SECOND_ROUND)


def is_complete(item: Item) -> bool:
    """Whether every slot of the item's round is submitted."""
    slots = Assignment.objects.filter(item=item, round=item.round)
    return not slots.exclude(state=AssignmentState.SUBMITTED).exists()


def current_responses(item: Item, round_: int) -> list[Response]:
    """The newest answer of each person in the round, in order of arrival."""
    rows = Response.objects.filter(item=item, round=round_, replaced_by__isnull=True)
    return list(rows.order_by("id"))


def has_open_flag(item: Item) -> bool:
    """Whether anybody, or the rule, asks for a talk about the item."""
    return Flag.objects.filter(item=item, state=FlagState.OPEN).exists()


def close_round(*, item: Item, campaign: Campaign, kind: ItemType, is_flagged: bool) -> None:
    """Apply the rules to the complete round and set ``item.state`` (the caller saves it).

    The caller holds the item's lock and knows whether it has an open flag already. Agreement in a second round settles the flags that led to
    it; a flag that a person raised keeps the item in discussion.
    """
    is_shared = kind.most_answers(campaign.overlap) > 1
    found = differences(item, campaign, kind) if is_shared else []
    if item.round > 1:
        _settle_earlier(item)
    for each in found:
        _raise(item, campaign, each)
    if found or is_flagged:
        item.state = ItemState.FLAGGED
        Discussion.objects.get_or_create(item=item)
    else:
        item.state = ItemState.ANSWERED


@transaction.atomic
def flag_unexpected(
    *, item_id: int, subjects: Sequence[dict[str, Any]], responses: Collection[int]
) -> bool:
    """Raise a flag on votes that what is known of their raters makes very unlikely; return whether
    it is new or says something new.

    ``subjects``: what the flag's detail holds, of a round that rests on these ``responses``. Nothing
    happens to an item that is settled or asks again, to a round whose flag was settled or led to
    another round, or when one of the answers was changed meanwhile: the next fit looks again.
    """
    items = Item.objects.select_related("campaign__project").select_for_update(
        of=("self",), no_key=True
    )
    item = items.filter(pk=item_id, state__in=(ItemState.ANSWERED, ItemState.FLAGGED)).first()
    if item is None or not set(responses) <= _ids(current_responses(item, item.round)):
        return False
    earlier = Flag.objects.filter(item=item, rule=UNEXPECTED, round=item.round).first()
    told = {"subjects": list(subjects)}
    if earlier and (earlier.state != FlagState.OPEN or earlier.detail == told):
        return False
    _raise(item, item.campaign, {"rule": UNEXPECTED, **told})
    Discussion.objects.get_or_create(item=item)
    Item.objects.filter(pk=item.pk).update(state=ItemState.FLAGGED)
    return True


def _ids(responses: Sequence[Response]) -> set[int]:
    return {response.pk for response in responses}


def differences(item: Item, campaign: Campaign, kind: ItemType) -> list[dict[str, Any]]:
    """What the rules find in the item's round: for each that speaks, its name and figures."""
    rules = flag_rules(campaign.flag_rules)
    rows = current_responses(item, item.round)
    answers = {row.person_id: kind.stored(row.answer) for row in rows}
    deviating = _deviating(answers, kind, rules) if kind.scale else None
    found = [deviating, *_clashing(answers, kind, rules)]
    return [each for each in found if each is not None]


def _clashing(
    answers: Mapping[int, Parsed], kind: ItemType, rules: FlagRules
) -> list[dict[str, Any] | None]:
    """Frames that hardly overlap, verdicts against each other, a pair without a majority."""
    boxes = {person: kind.boxes(answer) for person, answer in answers.items()}
    frames = box_clash(boxes, rules.iou) if any(boxes.values()) else None
    choices = {person: kind.choice(answer) for person, answer in answers.items()}
    pair = preference_clash(choices, min_share=rules.preference)
    return [
        _clash(BOXES, {"frames": frames}),
        _clash(VERDICTS, _verdict_clashes(answers, kind) if rules.verdicts else {}),
        _clash(PREFERENCE, {"choice": pair}),
    ]


def _verdict_clashes(answers: Mapping[int, Parsed], kind: ItemType) -> dict[str, Clash[int] | None]:
    said = {person: kind.verdicts(answer) for person, answer in answers.items()}
    names = dict.fromkeys(name for each in said.values() for name in each)
    return {
        name: verdict_clash({who: each.get(name, "") for who, each in said.items()})
        for name in names
    }


def _clash(rule: str, found: Mapping[str, Clash[int] | None]) -> dict[str, Any] | None:
    clashes = [
        {
            "about": name,
            "value": round(clash.value, 4),
            "threshold": clash.threshold,
            "odd_one": clash.odd_one,
            "is_split": clash.is_split,
        }
        for name, clash in found.items()
        if clash is not None
    ]
    return {"rule": rule, "clashes": clashes} if clashes else None


def _deviating(
    answers: Mapping[int, Parsed], kind: ItemType, rules: FlagRules
) -> dict[str, Any] | None:
    """The flag's rule and figures, or None when nobody is too far from the others."""
    subjects: dict[int | None, dict[int, RatingValue]] = defaultdict(dict)
    for person, answer in answers.items():
        for rating in kind.ratings(answer):
            subjects[rating.crop_id][person] = rating
    reports = {crop_id: _report(values, rules) for crop_id, values in subjects.items()}
    flagged = {crop_id: report for crop_id, report in reports.items() if report.flagged}
    if not flagged:
        return None
    figures = [_figures(crop_id, report) for crop_id, report in flagged.items()]
    is_split = all(each["is_split"] for each in figures)
    return {"rule": SPLIT if is_split else DEVIATION, "subjects": figures}


def _report(values: dict[int, RatingValue], rules: FlagRules) -> DeviationReport[int]:
    scale = next(iter(values.values())).scale
    scores = {person: rating.value for person, rating in values.items()}
    return deviations(scores, rules.deviation or threshold_for(scale.low, scale.high))


def odd_one(report: DeviationReport[int]) -> int | None:
    """The one rater without whom nobody would be flagged, if there is exactly one.

    In a small panel an outlier pulls the mean of the others so far that these are flagged too:
    of 4, 4 and 1 all three. They are not split; one stands alone.
    """
    scores = {rater: found.score for rater, found in report.deviations.items()}
    if len(scores) < 3:
        return None
    alone = [
        rater
        for rater in report.flagged
        if not deviations(_without(scores, rater), report.threshold).flagged
    ]
    return alone[0] if len(alone) == 1 else None


def _without(scores: dict[int, float], rater: int) -> dict[int, float]:
    return {each: score for each, score in scores.items() if each != rater}


def _figures(crop_id: int | None, report: DeviationReport[int]) -> dict[str, Any]:
    odd = odd_one(report)
    return {
        "crop": crop_id,
        "threshold": round(report.threshold, 4),
        "is_split": report.is_split and odd is None,
        "odd_one": odd,
        "scores": [
            {
                "person": person,
                "score": found.score,
                "mean_of_others": round(found.mean_of_others, 4),
                "is_flagged": found.is_flagged,
            }
            for person, found in report.deviations.items()
        ],
    }


def _raise(item: Item, campaign: Campaign, found: dict[str, Any]) -> None:
    """One flag per rule and round; a changed answer refreshes the figures of an open one."""
    flag, is_new = Flag.objects.update_or_create(
        item=item, rule=found["rule"], round=item.round,
        defaults={"detail": _detail(found), "state": FlagState.OPEN},
        create_defaults={
            "detail": _detail(found), "state": FlagState.OPEN, "campaign_id": item.campaign_id,
        },
    )  # fmt: skip
    if is_new:
        audit.record(
            actor=None, verb="flag.raise", scope=campaign.project.scope, target=f"item/{item.pk}",
            rule=flag.rule, flag=flag.pk,
        )  # fmt: skip
        tell_of_flag(flag)


def _detail(found: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if name != "rule"}


def note_gold_answer(*, gold_id: int, response: Response, agrees: bool | None) -> None:
    """Whether somebody to whom a settled item was shown again gave what stands: a miss raises a flag
    on the settled item, for its lead only, that gathers all misses; a changed answer takes its own
    miss back. The item stays settled. A flag that was settled is not opened again.
    """
    item = Item.objects.select_for_update(no_key=True, of=("self",))
    gold = item.select_related("campaign__project").get(pk=gold_id)
    earlier = Flag.objects.filter(item=gold, rule=GOLD_MISS, round=gold.round).first()
    told = earlier.detail.get("misses", []) if earlier else []
    others = [each for each in told if each["person"] != response.person_id]
    mine = [{"person": response.person_id, "response": response.pk}] if agrees is False else []
    misses = others + mine
    if earlier is None and misses:
        _raise(gold, gold.campaign, {"rule": GOLD_MISS, "misses": misses})
    elif earlier is not None and misses != told:
        is_over = not misses or earlier.state == FlagState.SETTLED
        state = FlagState.SETTLED if is_over else FlagState.OPEN
        Flag.objects.filter(pk=earlier.pk).update(detail={"misses": misses}, state=state)


def _settle_earlier(item: Item) -> None:
    Flag.objects.filter(item=item, round__lt=item.round, state=FlagState.SECOND_ROUND).update(
        state=FlagState.SETTLED, settled_at=timezone.now()
    )
