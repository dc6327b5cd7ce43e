"""What an act on a list would change, and what was done to a campaign's lists lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count
from django.utils import timezone

from annotation.kinds import BULK_ACT
from annotation.models import (
    Assignment,
    AssignmentState,
    BulkAct,
    BulkKind,
    Campaign,
    ItemState,
)
from annotation.selectors.item_filter import ItemFilter, parse_filter
from core.errors import NotFound
from core.models import Job, JobState

SHOWN = 3
SHOWN_FOR = timedelta(days=2)
PAST = {
    BulkKind.PRIORITY: "Priority {value} for",
    BulkKind.ASIDE: "Set aside",
    BulkKind.RESUME: "Took up again",
    BulkKind.RETURN: "Returned what people held of",
}


@dataclass(frozen=True)
class Reach:
    """The items that fit, and how many of them each act would change. ``held`` are in somebody's hands,
    ``busy`` of the open ones too: they are not set aside."""

    items: int
    free: int
    busy: int
    aside: int
    held: int


def reach_of(campaign: Campaign, chosen: ItemFilter) -> Reach:
    """Items by state from an index, and those in hands from the few slots that somebody holds."""
    rows = chosen.rows(campaign).order_by()
    states = dict(rows.values_list("state").annotate(n=Count("*")))
    held = Assignment.objects.filter(campaign=campaign, state=AssignmentState.LEASED)
    live = held.filter(lease_until__gte=timezone.now())
    busy = rows.filter(state=ItemState.OPEN, pk__in=live.values("item")).count()
    return Reach(
        items=sum(states.values()), free=states.get(ItemState.OPEN, 0) - busy, busy=busy,
        aside=states.get(ItemState.ASIDE, 0),
        held=rows.filter(pk__in=held.values("item")).count(),
    )  # fmt: skip


@dataclass(frozen=True)
class ToldAct:
    """An act for people: what was done, with its job while it is not done."""

    act: BulkAct
    words: str
    job: Job | None
    may_undo: bool


def recent_acts(campaign: Campaign) -> list[ToldAct]:
    """The newest of the last days, newest first."""
    rows = BulkAct.objects.filter(
        campaign=campaign, created_at__gte=timezone.now() - SHOWN_FOR
    ).select_related("by", "undone_by", "undoes").order_by("-pk")[:SHOWN]  # fmt: skip
    acts = list(rows)
    subjects = [f"bulkact/{act.pk}" for act in acts]
    found = Job.objects.filter(kind=BULK_ACT.name, subject__in=subjects).select_related("owner")
    jobs = {job.subject: job for job in found.exclude(state=JobState.SUCCEEDED)}
    return [_told(act, jobs.get(f"bulkact/{act.pk}")) for act in acts]


def act_in(campaign: Campaign, act_id: int) -> BulkAct:
    """One of them."""
    rows = BulkAct.objects.select_related("campaign__project")
    found = rows.filter(pk=act_id, campaign=campaign).first()
    if found is None:
        raise NotFound("There is no such act in this campaign.")
    return found


def _told(act: BulkAct, job: Job | None) -> ToldAct:
    chosen = parse_filter(act.query).words()
    done = PAST[BulkKind(act.kind)].format(value=act.value)
    if act.done_at is None and act.undoes is None:
        return ToldAct(act, f"{done} items ({chosen})", job, may_undo=False)
    items = f"{act.changed:,} item{'' if act.changed == 1 else 's'}"
    if act.undoes is not None:
        words = f"Undone: {PAST[BulkKind(act.undoes.kind)].format(value=act.undoes.value)} {items}"
    else:
        words = f"{done} {items} ({chosen})"
    may_undo = (
        act.done_at is not None and act.changed > 0 and act.undoes is None
        and act.kind != BulkKind.RETURN and not hasattr(act, "undone_by")
    )  # fmt: skip
    return ToldAct(act, words, job, may_undo)
