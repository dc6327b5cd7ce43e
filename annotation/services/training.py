"""The training items of a campaign: golden records of the project, and what a lead answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now

from accounts.models import User
from accounts.roles import Right, require
from annotation.conduct import parse_conduct
from annotation.item_types import ItemType, Subject, item_type_of
from annotation.models import (
    Adjudication,
    Assignment,
    AssignmentState,
    Campaign,
    CampaignState,
    Item,
    ItemPurpose,
    ItemState,
    TrainingItem,
)
from annotation.services.adding import insert_items
from annotation.services.rounds import ready_items
from annotation.subjects import Selection
from core import audit
from core.errors import Conflict, InvalidInput, NotFound
from inference.visible import visible_text

MOST_AT_ONCE = 200
LONGEST_WORDS = 1_000
HOLD = timedelta(hours=24)


@transaction.atomic
def add_golden(
    *, campaign: Campaign, by: User, item_ids: Sequence[int] | None = None, limit: int = 20
) -> int:
    """Take golden records of the project and item type as training items: these, or the newest ones.

    Left out: what is work in this campaign and not settled, and answers that cannot be compared.
    The record's reason becomes the words that are shown with it. Returns how many were new.
    """
    require(by, Right.RUN_CAMPAIGNS, campaign.project)
    kind = item_type_of(campaign)
    rows = Adjudication.objects.filter(
        replaced_by__isnull=True, item__campaign__project=campaign.project_id,
        item__campaign__item_type=campaign.item_type, item__purpose=ItemPurpose.WORK,
        item__state=ItemState.SETTLED,
    ).exclude(item__in=campaign.training_items.values("item"))  # fmt: skip
    if item_ids is not None:
        rows = rows.filter(item__in=list(item_ids)[:MOST_AT_ONCE])
    open_here = set(
        campaign.items.filter(purpose=ItemPurpose.WORK)
        .exclude(state=ItemState.SETTLED)
        .values_list("subject_key", flat=True)
    )
    fit = [
        row
        for row in rows.select_related("item").order_by("-pk")[:MOST_AT_ONCE]
        if row.item.subject_key not in open_here and _is_comparable(kind, row.answer)
    ][: max(0, limit)]
    TrainingItem.objects.bulk_create(
        TrainingItem(campaign=campaign, item=row.item, answer=row.answer, words=row.reason, by=by)
        for row in fit
    )
    _record(campaign, by, "golden", len(fit))
    return len(fit)


def _is_comparable(kind: ItemType, answer: object) -> bool:
    try:
        wanted = kind.stored(answer)
    except InvalidInput:  # given under other settings
        return False
    return kind.agrees(wanted, wanted) is True


@transaction.atomic
def add_own(*, campaign: Campaign, photo_ids: Sequence[int], by: User) -> int:
    """Take the subjects of these photos as training items that the lead answers on the work page.

    What is work here already is taken out of the work, unless somebody has begun it.
    """
    require(by, Right.RUN_CAMPAIGNS, campaign.project)
    if campaign.state == CampaignState.CLOSED:
        raise Conflict(f"{campaign.name} is closed.")
    chosen = Selection(tuple(photo_ids)[:MOST_AT_ONCE])
    subjects = list(item_type_of(campaign).subjects(campaign, chosen))[:MOST_AT_ONCE]
    if not subjects:
        kind = item_type_of(campaign)
        raise InvalidInput(
            f"Nothing there becomes an item. Needed: {kind.subjects_are}.", field="photo_ids"
        )
    added = sum(_add_own(campaign, subject, by) for subject in subjects)
    _record(campaign, by, "own", added)
    return added


def _add_own(campaign: Campaign, subject: Subject, by: User) -> bool:
    rows = Item.objects.filter(campaign=campaign, subject_key=subject.key)
    insert_items(campaign, [subject])
    item = rows.select_for_update(no_key=True).get()
    if TrainingItem.objects.filter(campaign=campaign, item=item).exists():
        return False
    Assignment.objects.filter(item=item, state=AssignmentState.FREE).delete()
    if item.assignments.exists():
        raise Conflict(
            f"Somebody works on photo {item.photo_id} already, so it cannot be used for training. "
            "Choose another.",
            field="photo_ids",
        )
    rows.update(purpose=ItemPurpose.TRAINING)
    Assignment.objects.create(
        item=item, campaign=campaign, slot=1, reserved_for=by, order_key=item.order_key
    )
    TrainingItem.objects.create(campaign=campaign, item=item, by=by)
    return True


def claim_own(*, campaign: Campaign, by: User, known: Sequence[int] = ()) -> Assignment | None:
    """The next training item that this lead still has to answer; None when there is none."""
    require(by, Right.RUN_CAMPAIGNS, campaign.project)
    waiting = Assignment.objects.filter(
        campaign=campaign, reserved_for=by, item__purpose=ItemPurpose.TRAINING,
        item__copy_of__isnull=True,
    ).exclude(state=AssignmentState.SUBMITTED)  # fmt: skip
    found = waiting.exclude(pk__in=list(known)).order_by("order_key", "pk").first()
    if found is None:
        return None
    if found.state == AssignmentState.FREE:
        Assignment.objects.filter(pk=found.pk, state=AssignmentState.FREE).update(
            state=AssignmentState.LEASED, person=by, claimed_at=Now(), lease_until=Now() + HOLD
        )
    return found


@transaction.atomic
def change_training_item(
    *,
    campaign: Campaign,
    training_item_id: int,
    by: User,
    words: str | None = None,
    is_retired: bool | None = None,
) -> TrainingItem:
    """Say why the answer is what it is, or give the item to nobody else. An open campaign keeps as
    many as its rounds need."""
    require(by, Right.RUN_CAMPAIGNS, campaign.project)
    row = (
        TrainingItem.objects.select_for_update()
        .filter(campaign=campaign, pk=training_item_id)
        .first()
    )
    if row is None:
        raise NotFound("There is no such training item in this campaign.")
    if words is not None:
        row.words = visible_text(words).strip()
        if len(row.words) > LONGEST_WORDS:
            raise InvalidInput(f"At most {LONGEST_WORDS} characters.", field="words")
    if is_retired is not None:
        row.is_retired = is_retired
    row.save(update_fields=["words", "is_retired"])
    if campaign.state == CampaignState.OPEN:
        check_training(campaign)
    _record(campaign, by, "retire" if row.is_retired else "change", 1)
    return row


def check_training(campaign: Campaign) -> None:
    """`Conflict` if the campaign's rounds need more training items than are ready."""
    conduct = parse_conduct(campaign.conduct)
    ready = len(ready_items(campaign)) if conduct.rounds else 0
    if ready < conduct.training_needed:
        raise Conflict(
            f"{campaign.name} needs {conduct.training_needed} training items with answers, "
            f"{conduct.round_items} for each round, and has {ready}. Add some under Qualification."
        )


def _record(campaign: Campaign, by: User, how: str, count: int) -> None:
    audit.record(
        actor=by, verb="campaign.training", scope=campaign.project.scope,
        target=f"campaign/{campaign.pk}", how=how, items=count,
    )  # fmt: skip
