"""Where people stand: their training, its feedback, their day; for themselves and for leads."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from annotation.conduct import Conduct, parse_conduct
from annotation.item_types import ItemType, Parsed, item_type_of
from annotation.models import (
    Assignment,
    Campaign,
    CopyResult,
    Item,
    ItemPurpose,
    Participation,
    Response,
    Stage,
    TrainingItem,
    TrainingRound,
)
from annotation.selectors.guidelines import readers_of
from annotation.selectors.progress import people_who_may_work


def training_place(item: Item) -> dict[str, int] | None:
    """Where in the training an item stands, for the page; None for everything else."""
    if item.purpose != ItemPurpose.TRAINING or item.copy_of_id is None:
        return None
    conduct = parse_conduct(item.campaign.conduct)
    attempt_round = item.subject_key.split("/")[1]
    return {
        "round": int(attempt_round.partition(".")[2]), "rounds": conduct.rounds,
        "place": item.order_key + 1, "of": conduct.round_items,
    }  # fmt: skip


def feedback_of(response: Response) -> dict[str, Any] | None:
    """What is shown after a training answer: one's own, the reference, and the lead's words.

    None for every other answer. ``result`` is there when the answer ended a round.
    """
    item = response.item
    if item.purpose != ItemPurpose.TRAINING or item.copy_of_id is None:
        return None
    result = CopyResult.objects.get(response=response)
    known = TrainingItem.objects.get(campaign=item.campaign_id, item=item.copy_of_id)
    campaign = Campaign.objects.get(pk=item.campaign_id)
    kind = item_type_of(campaign)
    mine, wanted = kind.stored(response.answer), kind.stored(known.answer)
    return {
        "agrees": result.agrees is True,
        "yours": _shown(kind, mine), "reference": _shown(kind, wanted), "why": known.words,
        "result": _result(response, item, parse_conduct(campaign.conduct)),
    }  # fmt: skip


def _shown(kind: ItemType, answer: Parsed) -> dict[str, Any]:
    """In words, with its boxes and its longer texts."""
    texts = {
        name: value
        for name, value in answer.model_dump().items()
        if isinstance(value, str) and len(value) > MOST_SHORT
    }
    boxes = [list(box.corners()) for box in kind.boxes(answer)]
    return {"words": kind.in_words(answer), "boxes": boxes, "texts": texts}


MOST_SHORT = 20  # shorter texts are codes, and stand in the words


def _result(response: Response, item: Item, conduct: Conduct) -> dict[str, Any] | None:
    attempt, _, number = item.subject_key.split("/")[1].partition(".")
    done = TrainingRound.objects.filter(
        campaign=item.campaign_id, person=response.person_id, attempt=int(attempt),
        round=int(number), finished_at__gte=response.created_at,
    ).first()  # fmt: skip
    later = Response.objects.filter(
        person=response.person_id, item__campaign=item.campaign_id, pk__gt=response.pk,
        item__subject_key__startswith=f"training/{attempt}.{number}/",
    )  # fmt: skip
    if done is None or later.exists():
        return None
    return {
        "round": done.round, "rounds": conduct.rounds, "items": done.items,
        "agreeing": done.agreeing, "pass_mark": done.pass_mark, "is_passed": done.is_passed,
        "words": result_words(done, conduct),
    }  # fmt: skip


def result_words(done: TrainingRound, conduct: Conduct) -> str:
    """What a round came to, kindly."""
    figures = f"{done.agreeing} of {done.items} of your answers agreed"
    needed = f"{done.pass_mark:.0%} were asked for"
    if not done.is_passed:
        return (
            f"Round {done.round} is finished: {figures}, and {needed}, so it was not passed this "
            "time. That happens. The lead sees it and may give you another try."
        )
    if done.round < conduct.rounds:
        return f"Round {done.round} is passed: {figures}. The next round has other items."
    return f"The training is passed: {figures}. Now the work begins. Thank you for your care."


@dataclass(frozen=True)
class StandingRow:
    """One person's standing in a campaign, as its lead sees it."""

    person: User
    stage: str  # "not begun", or a label of `Stage`
    participation: Participation | None
    rounds: list[TrainingRound] = field(default_factory=list)
    answered: int = 0  # of the present round
    confirmed: int | None = None  # the latest guidelines confirmed

    @property
    def may_pass(self) -> bool:
        """Whether a lead can still let the person through by hand."""
        return self.participation is None or self.participation.stage != Stage.PASSED

    @property
    def has_failed(self) -> bool:
        """Whether another try can be given."""
        return self.participation is not None and self.participation.stage == Stage.FAILED

    @property
    def since(self) -> datetime | None:
        """When the stage changed."""
        return self.participation.changed_at if self.participation else None


def standings_in(campaign: Campaign) -> list[StandingRow]:
    """Everybody who may work here or has begun, by name."""
    rows = {
        row.person_id: row
        for row in Participation.objects.filter(campaign=campaign).select_related(
            "person", "changed_by", "passed_in"
        )
    }
    rounds: dict[int, list[TrainingRound]] = {}
    for each in TrainingRound.objects.filter(campaign=campaign).order_by("pk"):
        rounds.setdefault(each.person_id, []).append(each)
    read = readers_of(campaign)
    given = _answered(campaign)
    people = User.objects.filter(pk__in={*people_who_may_work(campaign), *rows})
    return [
        StandingRow(
            person, rows[person.pk].get_stage_display() if person.pk in rows else "not begun",
            rows.get(person.pk), rounds.get(person.pk, []),
            _of_round(rows.get(person.pk), given), read.get(person.pk),
        )
        for person in people.order_by("name", "pk")
    ]  # fmt: skip


def _answered(campaign: Campaign) -> list[tuple[int, str]]:
    rows = Assignment.objects.filter(
        campaign=campaign, state="submitted", item__purpose=ItemPurpose.TRAINING,
        item__copy_of__isnull=False,
    )  # fmt: skip
    return [(pk, key) for pk, key in rows.values_list("person_id", "item__subject_key") if pk]


def _of_round(row: Participation | None, given: list[tuple[int, str]]) -> int:
    if row is None or row.stage != Stage.TRAINING:
        return 0
    prefix = f"training/{row.attempt}.{row.round}/"
    return sum(pk == row.person_id and key.startswith(prefix) for pk, key in given)


def training_items_of(campaign: Campaign) -> QuerySet[TrainingItem]:
    """The campaign's training items, oldest first."""
    rows = TrainingItem.objects.filter(campaign=campaign).select_related("item__photo", "by")
    return rows.order_by("is_retired", "pk")
