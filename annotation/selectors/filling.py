"""The background work that adds items to a campaign."""

from __future__ import annotations

from annotation.kinds import ADD_ITEMS
from annotation.models import Campaign
from core.models import Job, JobState


def filling_of(campaign: Campaign) -> Job | None:
    """The newest such job of the campaign that is not done: it waits, runs, failed or was stopped."""
    rows = Job.objects.filter(kind=ADD_ITEMS.name, subject=f"campaign/{campaign.pk}")
    newest = rows.select_related("owner").order_by("-created_at").first()
    return None if newest is None or newest.state == JobState.SUCCEEDED else newest


def is_being_filled(campaign: Campaign) -> bool:
    """Whether items are still being added."""
    open_states = (JobState.QUEUED, JobState.RUNNING)
    rows = Job.objects.filter(kind=ADD_ITEMS.name, subject=f"campaign/{campaign.pk}")
    return rows.filter(state__in=open_states).exists()
