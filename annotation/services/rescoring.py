"""Scores that are due: which campaigns have items whose responses nobody has counted yet."""

from __future__ import annotations

from annotation import kinds
from annotation.models import Campaign
from core import jobs
from core.models import Job

DELAY_S = 1.0


def start_rescoring(*, campaign: Campaign) -> Job:
    """Start (or join) the job that counts a campaign's new responses; a moment later, so that
    many responses are counted at once."""
    return jobs.start(
        kinds.RESPONSES_ARRIVED, by=None, scope=campaign.project.scope,
        subject=f"campaign/{campaign.pk}", params={"campaign": campaign.pk},
        key=f"campaign/{campaign.pk}", delay_s=DELAY_S,
    )  # fmt: skip


def wake_due_scores() -> int:
    """For the sweep: marked items whose job was lost between the submit and its start."""
    busy = Job.objects.filter(
        kind=kinds.RESPONSES_ARRIVED.name, state__in=["queued", "running"]
    ).values_list("params__campaign", flat=True)
    due = Campaign.objects.filter(items__scores_due=True).exclude(pk__in=list(busy))
    campaigns = list(due.select_related("project").distinct())
    for campaign in campaigns:
        start_rescoring(campaign=campaign)
    return len(campaigns)
