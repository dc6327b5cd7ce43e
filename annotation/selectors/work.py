"""What one expert may work on, holds and has done."""

from __future__ import annotations

from accounts.models import User
from accounts.roles import Right, require
from annotation.models import Assignment, AssignmentState, Campaign
from core.errors import NotAllowed, NotFound

NO_CAMPAIGN = "There is no such campaign, or you are not in its project."
NO_ASSIGNMENT = "There is no such item, or it is not yours."


def check_may_work(campaign: Campaign, person: User) -> None:
    """Raise `NotFound` for strangers to the project, `NotAllowed` without the role or the pool."""
    require(person, Right.ANNOTATE, campaign.project)
    pool = set(
        Campaign.pool.through.objects.filter(campaign_id=campaign.pk).values_list(
            "user_id", flat=True
        )
    )
    if pool and person.pk not in pool:
        raise NotAllowed(f"{campaign.name} is for a chosen pool of experts, and you are not in it.")


def campaign_to_work_on(person: User, campaign_id: int) -> Campaign:
    """The campaign, if this person may work on it."""
    campaign = Campaign.objects.select_related("project").filter(pk=campaign_id).first()
    if campaign is None:
        raise NotFound(NO_CAMPAIGN)
    check_may_work(campaign, person)
    return campaign


def assignment_of(person: User, assignment_id: int) -> Assignment:
    """The person's own assignment, held or submitted; anybody else's is `NotFound`."""
    found = (
        Assignment.objects.filter(pk=assignment_id, person=person)
        .exclude(state=AssignmentState.FREE)
        .select_related("item__photo", "item__draft", "campaign__project")
        .first()
    )
    if found is None:
        raise NotFound(NO_ASSIGNMENT)
    require(person, Right.ANNOTATE, found.campaign.project)
    return found
