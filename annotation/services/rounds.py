"""Rounds of training: copies of training items for one person, and what their answers come to.

Like gold items they are kept for their person and their answers become no rating, vote, crop or
sample; unlike these they say that they are training, and the page shows the reference after each.
"""

from __future__ import annotations

from collections import Counter

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from annotation.conduct import parse_conduct
from annotation.item_types import ItemType, Parsed
from annotation.models import (
    Assignment,
    AssignmentState,
    Campaign,
    CopyResult,
    Item,
    ItemPurpose,
    ItemState,
    Participation,
    Response,
    Stage,
    TrainingItem,
    TrainingRound,
)
from annotation.services.adding import order_key
from annotation.services.copying import copy_for, note_result
from core.errors import Conflict


def ready_items(campaign: Campaign) -> list[TrainingItem]:
    """Training items that may be given to people."""
    rows = TrainingItem.objects.filter(campaign=campaign, is_retired=False, answer__isnull=False)
    return list(rows.select_related("item").order_by("pk"))


def prefix_of(attempt: int, round_: int) -> str:
    """How the subjects of a person's round begin."""
    return f"training/{attempt}.{round_}/"


def begin_round(row: Participation) -> None:
    """Copies of training items for the person's next round: those they had least often, in an
    order that the campaign's seed determines."""
    campaign = row.campaign
    conduct = parse_conduct(campaign.conduct)
    ready = ready_items(campaign)
    if not ready:
        raise Conflict(f"{campaign.name} has no training items yet. The lead has to add some.")
    had = Counter(
        Assignment.objects.filter(
            reserved_for=row.person, campaign=campaign, item__purpose=ItemPurpose.TRAINING,
            item__copy_of__isnull=False,
        ).values_list("item__copy_of", flat=True)
    )  # fmt: skip
    key = f"{row.attempt}.{row.round}/{row.person_id}"
    ready.sort(
        key=lambda each: (had[each.item_id], order_key(campaign.order_seed, f"{key}/{each.pk}"))
    )
    for place, each in enumerate(ready[: conduct.round_items]):
        subject = f"{prefix_of(row.attempt, row.round)}{each.item_id}/{row.person_id}"
        copy_for(
            campaign=campaign, person_id=row.person_id, item=each.item,
            purpose=ItemPurpose.TRAINING, key=subject, order=place,
        )  # fmt: skip


def note_training(*, response: Response, item: Item, kind: ItemType, parsed: Parsed) -> None:
    """A lead's own answer becomes the reference; a person's is compared and may end their round."""
    Item.objects.filter(pk=item.pk).update(state=ItemState.ANSWERED)
    if item.copy_of_id is None:
        TrainingItem.objects.filter(campaign=item.campaign_id, item=item).update(
            answer=response.answer
        )
        return
    note_result(response=response, item=item, kind=kind, parsed=parsed)
    row = (
        Participation.objects.select_for_update(of=("self",))
        .select_related("campaign", "person")
        .filter(campaign=item.campaign_id, person=response.person_id)
        .first()
    )
    if row is not None and row.stage == Stage.TRAINING and not _open_slots(row).exists():
        _end_round(row)


def _open_slots(row: Participation) -> QuerySet[Assignment]:
    return Assignment.objects.filter(
        campaign=row.campaign_id, reserved_for=row.person_id,
        item__purpose=ItemPurpose.TRAINING, item__copy_of__isnull=False,
    ).exclude(state=AssignmentState.SUBMITTED)  # fmt: skip


def _end_round(row: Participation) -> None:
    conduct = parse_conduct(row.campaign.conduct)
    results = CopyResult.objects.filter(
        campaign=row.campaign_id, person=row.person_id, purpose=ItemPurpose.TRAINING,
        is_current=True,
        response__item__subject_key__startswith=prefix_of(row.attempt, row.round),
    )  # fmt: skip
    agreed = list(results.values_list("agrees", flat=True))
    mark = conduct.pass_marks[min(row.round, conduct.rounds) - 1]
    agreeing = sum(each is True for each in agreed)
    is_passed = bool(agreed) and agreeing >= mark * len(agreed) - 1e-9
    TrainingRound.objects.create(
        campaign=row.campaign, person=row.person, attempt=row.attempt, round=row.round,
        items=len(agreed), agreeing=agreeing, pass_mark=mark, is_passed=is_passed,
        guidelines_version=row.campaign.guidelines_version,
    )  # fmt: skip
    if not is_passed:
        move(row, Stage.FAILED)
    elif row.round < conduct.rounds:
        row.round += 1
        row.save(update_fields=["round"])
        begin_round(row)
    else:
        move(row, Stage.PASSED)
        add_warmups(row)


def move(row: Participation, stage: Stage) -> None:
    """Another stage of the training, by its own course."""
    row.stage, row.changed_at, row.changed_by, row.reason = stage, timezone.now(), None, ""
    row.save(update_fields=["stage", "changed_at", "changed_by", "reason"])


def add_warmups(row: Participation) -> None:
    """First answers that are not counted: copies of the last items in the order of work, unmarked."""
    wanted = parse_conduct(row.campaign.conduct).dummy_answers
    if not wanted:
        return
    items = Item.objects.filter(campaign=row.campaign_id, purpose=ItemPurpose.WORK)
    for place, item in enumerate(items.order_by("-order_key")[:wanted]):
        copy_for(
            campaign=row.campaign, person_id=row.person_id, item=item,
            purpose=ItemPurpose.WARMUP, key=f"warmup/{item.pk}/{row.person_id}", order=place,
        )  # fmt: skip


@transaction.atomic
def withdraw_training(row: Participation) -> None:
    """Take back what the person has not answered of their training."""
    unanswered = Item.objects.filter(
        campaign=row.campaign_id, purpose=ItemPurpose.TRAINING, copy_of__isnull=False,
        assignments__reserved_for=row.person_id, responses__isnull=True,
    )  # fmt: skip
    Item.objects.filter(pk__in=list(unanswered.values_list("pk", flat=True))).delete()
