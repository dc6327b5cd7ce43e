"""Giving sessions to people, and what is left of one to somebody else."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When

from accounts.models import User
from annotation.models import (
    Assignment,
    AssignmentState,
    Campaign,
    CampaignState,
    Skip,
    WorkSession,
)
from annotation.selectors.progress import experts_of
from core import audit
from core.errors import Conflict, InvalidInput


@transaction.atomic
def give_session(*, session: WorkSession, person: User | None, by: User | None) -> WorkSession:
    """What is left of the session is this person's from now on; without a person it waits.

    What its person held goes with it: their page says so, and their working copies stay theirs. What
    they answered stays. Refused for somebody who may not work in the campaign, and for somebody who
    has the same items in another session, or had them: nobody answers an item twice.
    """
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=session.campaign_id)
    held = WorkSession.objects.select_for_update().get(pk=session.pk)
    if campaign.state == CampaignState.CLOSED:
        raise Conflict(f"{campaign.name} is closed; nothing of it is given out any more.")
    if person is not None and person.pk == held.person_id:
        return held
    if person is not None:
        _check_person(campaign, held, person)
    left = Assignment.objects.filter(session=held).exclude(state=AssignmentState.SUBMITTED)
    kept_aside = Case(
        When(state=AssignmentState.ASIDE, then=F("state")), default=Value(AssignmentState.FREE)
    )
    # One UPDATE: what its person claims at this moment is waited for and goes with the rest.
    left.update(
        lost_by=Case(When(state=AssignmentState.LEASED, then=F("person")), default=F("lost_by")),
        state=kept_aside, person=None, lease_until=None, claimed_at=None, presentation={},
        reserved_for=person,
    )  # fmt: skip
    before, held.person = held.person, person
    held.save(update_fields=["person"])
    audit.record(
        actor=by, verb="campaign.give_session", scope=campaign.project.scope,
        target=f"campaign/{campaign.pk}", session=held.number,
        person=person.pk if person else None, before=before.pk if before else None,
    )  # fmt: skip
    return held


@transaction.atomic
def deal_sessions(*, campaign: Campaign, by: User | None) -> int:
    """Give each session that waits to the person with fewest items left who may have it; return how
    many were given. One that fits nobody goes on waiting."""
    Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    people = {person.pk: person for person in User.objects.filter(pk__in=experts_of(campaign))}
    load = dict.fromkeys(people, 0)
    slots = Assignment.objects.filter(campaign=campaign, session__isnull=False)
    for pk in slots.filter(state=AssignmentState.FREE).values_list("reserved_for", flat=True):
        if pk in load:
            load[pk] += 1
    given = 0
    for session in WorkSession.objects.filter(campaign=campaign, person=None).order_by("number"):
        size = slots.filter(session=session).exclude(state=AssignmentState.SUBMITTED).count()
        for pk in sorted(load, key=lambda pk: (load[pk], pk)):
            if size and not items_in_common(session, people[pk]):
                give_session(session=session, person=people[pk], by=by)
                load[pk] += size
                given += 1
                break
    return given


def _check_person(campaign: Campaign, session: WorkSession, person: User) -> None:
    if person.pk not in experts_of(campaign, with_leads=True):
        raise InvalidInput(f"{person} may not work in {campaign.name}.", field="person")
    common = items_in_common(session, person)
    if common:
        raise Conflict(
            f"{person} has {common} of its items in another session, or had them. Nobody answers an "
            "item twice: choose somebody else.", field="person",
        )  # fmt: skip


def items_in_common(session: WorkSession, person: User) -> int:
    """Of what is left of the session, the items that the person has, had, skipped or is to get."""
    left = Assignment.objects.filter(session=session).exclude(state=AssignmentState.SUBMITTED)
    same = Assignment.objects.filter(item=OuterRef("item"), round=OuterRef("round"))
    elsewhere = same.filter(Q(person=person) | Q(reserved_for=person)).exclude(session=session)
    answered = same.filter(person=person, state=AssignmentState.SUBMITTED)
    skipped = Skip.objects.filter(item=OuterRef("item"), round=OuterRef("round"), person=person)
    return left.filter(Exists(elsewhere) | Exists(answered) | Exists(skipped)).count()


@transaction.atomic
def return_lease(*, assignment: Assignment, by: User | None) -> None:
    """Take an item out of somebody's hands: it goes to whoever comes next, in a session to its person.

    Whoever held it hears so when they send; their working copy stays. `Conflict` if nobody holds it
    any more.
    """
    held = Assignment.objects.filter(pk=assignment.pk, state=AssignmentState.LEASED)
    who = held.values_list("person", flat=True).first()
    freed = held.filter(person=who).update(
        state=AssignmentState.FREE, lost_by=F("person"), person=None, lease_until=None,
        claimed_at=None, presentation={},
    )  # fmt: skip
    if not freed:
        raise Conflict("Nobody holds this item any more. Reload the page to see how it is now.")
    audit.record(
        actor=by, verb="campaign.return_lease", scope=assignment.campaign.project.scope,
        target=f"campaign/{assignment.campaign_id}", assignment=assignment.pk, person=who,
    )  # fmt: skip
