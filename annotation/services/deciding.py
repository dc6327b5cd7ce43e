"""What a lead decides about somebody's training by hand, with a reason: pass, another try, anew."""

from __future__ import annotations

from typing import Literal

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import Right, require
from annotation.conduct import parse_conduct
from annotation.models import (
    Assignment,
    AssignmentState,
    Campaign,
    ItemPurpose,
    Participation,
    Stage,
)
from annotation.selectors.progress import people_who_may_work
from annotation.services.rounds import add_warmups, begin_round, withdraw_training
from annotation.services.standing import participation_of
from core import audit
from core.errors import Conflict, InvalidInput
from inference.visible import visible_text

Act = Literal["pass", "again", "reset"]
ACTS: tuple[Act, ...] = ("pass", "again", "reset")
LONGEST_REASON = 300


@transaction.atomic
def decide_training(
    *, campaign: Campaign, person: User, act: Act, reason: str, by: User
) -> Participation:
    """``pass`` lets the person work; ``again`` gives a failed round another try with other items
    where there are some; ``reset`` begins with the first round, and what they hold goes back."""
    require(by, Right.RUN_CAMPAIGNS, campaign.project)
    words = visible_text(reason).strip()
    if not words or len(words) > LONGEST_REASON:
        raise InvalidInput(f"Give a reason of 1 to {LONGEST_REASON} characters.", field="reason")
    if not parse_conduct(campaign.conduct).rounds:
        raise Conflict(f"{campaign.name} asks nobody to qualify.")
    if person.pk not in people_who_may_work(campaign):
        raise InvalidInput(f"{person} cannot work in {campaign.name}.", field="person")
    participation_of(campaign, person)
    row = Participation.objects.select_for_update().get(campaign=campaign, person=person)
    row.campaign, row.person = campaign, person
    _check_act(row, act)
    row.changed_at, row.changed_by, row.reason, row.passed_in = timezone.now(), by, words, None
    withdraw_training(row)
    if act == "pass":
        row.stage = Stage.PASSED
        row.save()
        add_warmups(row)
    else:
        _begin_anew(row, act)
    audit.record(
        actor=by, verb=f"training.{act}", scope=campaign.project.scope,
        target=f"campaign/{campaign.pk}", person=person.pk, reason=words,
    )  # fmt: skip
    return row


def _check_act(row: Participation, act: Act) -> None:
    if act == "again" and row.stage != Stage.FAILED:
        raise Conflict("Another try is for somebody who has not passed. Use reset to begin anew.")
    if act == "pass" and row.stage == Stage.PASSED:
        raise Conflict("This person has passed already.")


def _begin_anew(row: Participation, act: Act) -> None:
    row.stage = Stage.TRAINING
    row.attempt += 1
    if act == "reset":
        row.round = 1
        Assignment.objects.filter(
            campaign=row.campaign, person=row.person, state=AssignmentState.LEASED,
            item__purpose=ItemPurpose.WORK,
        ).update(
            state=AssignmentState.FREE, person=None, lease_until=None, claimed_at=None,
            presentation={},
        )  # fmt: skip
    row.save()
    begin_round(row)
