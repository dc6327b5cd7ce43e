"""Filling a campaign: a few items at once, many as a job that may be cut off at any moment.

With a shared queue the job adds items by the batch, each with its slots in one transaction; what is
there already stays, so that a new try goes on where a killed one ended. Sessions are planned over all
items, so theirs come in one transaction or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from typing import Any

from django.db import transaction

from accounts.models import User
from annotation.item_types import Subject, item_type_of
from annotation.kinds import ADD_ITEMS
from annotation.models import Campaign, CampaignState, Distribution, Item, ItemPurpose
from annotation.services.adding import add_items, add_selection
from annotation.services.telling import tell_of_work
from annotation.subjects import Selection, photos_of
from core import audit, jobs
from core.errors import Conflict, NotFound
from core.jobs import JobRun
from core.models import Job

AT_ONCE = 2_000  # photos, or what becomes of them in a second or two
BATCH = 5_000


@dataclass(frozen=True)
class Filling:
    """``added`` items are there; with a ``job`` more will come."""

    added: int
    job: Job | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing came and nothing will."""
        return not self.added and self.job is None


@transaction.atomic
def fill_campaign(*, campaign: Campaign, selection: Selection, by: User | None) -> Filling:
    """Add what the campaign's item type finds in the selected photos, in the background where they are
    many."""
    if campaign.state == CampaignState.CLOSED:
        raise Conflict(f"{campaign.name} is closed; make a new campaign for more items.")
    photos = photos_of(campaign.project_id, selection)[: AT_ONCE + 1].count()
    if photos <= AT_ONCE:
        return Filling(add_selection(campaign=campaign, selection=selection, by=by))
    if next(iter(item_type_of(campaign).subjects(campaign, selection)), None) is None:
        return Filling(0)
    asked = {
        "photo_ids": selection.photo_ids,
        "limit": selection.limit,
        "saved_id": selection.saved_id,
    }
    digest = blake2b(repr(asked).encode(), digest_size=8).hexdigest()
    job = jobs.start(
        ADD_ITEMS, by=by, scope=campaign.project.scope, subject=f"campaign/{campaign.pk}",
        params={"campaign": campaign.pk, "before": _count(campaign), **asked},
        key=f"campaign/{campaign.pk}/{digest}",
    )  # fmt: skip
    audit.record(
        actor=by, verb="campaign.add_items", scope=campaign.project.scope,
        target=f"campaign/{campaign.pk}", job=str(job.pk),
    )  # fmt: skip
    return Filling(0, job)


def fill_in_background(run: JobRun) -> dict[str, Any]:
    """Handler of the job."""
    rows = Campaign.objects.select_related("project")
    campaign = rows.filter(pk=run.params["campaign"]).first()
    if campaign is None:
        raise NotFound("The campaign is gone.")
    ids = run.params["photo_ids"]
    selection = Selection(
        None if ids is None else tuple(ids), run.params["limit"], run.params["saved_id"]
    )
    subjects = item_type_of(campaign).subjects(campaign, selection)
    if campaign.distribution == Distribution.SESSIONS:
        _fill_sessions(run, campaign, list(subjects))
    else:
        _fill_queue(run, campaign, list(subjects))
    tell_of_work(campaign, run.job.owner)
    return {"added": _count(campaign) - int(run.params["before"])}


def _fill_queue(run: JobRun, campaign: Campaign, subjects: list[Subject]) -> None:
    done = 0
    run.progress(done, len(subjects), "adding items")
    for batch in _batches(subjects):
        add_items(campaign=campaign, subjects=batch)
        done += len(batch)
        run.progress(done, len(subjects))


def _fill_sessions(run: JobRun, campaign: Campaign, subjects: list[Subject]) -> None:
    run.progress(0, len(subjects), "planning the sessions")
    run.check()
    add_items(campaign=campaign, subjects=subjects)
    run.progress(len(subjects), len(subjects))


def _batches(subjects: list[Subject]) -> Iterator[list[Subject]]:
    rest = iter(subjects)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _count(campaign: Campaign) -> int:
    return Item.objects.filter(campaign=campaign, purpose=ItemPurpose.WORK).count()
