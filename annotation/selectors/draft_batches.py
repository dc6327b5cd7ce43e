"""How far batches of drafts are, what they cost, and what of them went wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, DecimalField, FloatField, IntegerField, Q, QuerySet, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from accounts.models import Project
from annotation.models import (
    BatchState,
    Draft,
    DraftBatch,
    DraftRequest,
    RequestState,
    Verdict,
)
from core.errors import NotFound
from core.models import Job

RATE_WINDOW_S = 60
OPEN_STATES = (RequestState.WAITING, RequestState.RUNNING)


@dataclass(frozen=True)
class BatchProgress:
    """Requests by state; ``rate`` is requests ended per second lately, ``left_s`` at that rate."""

    counts: dict[str, int]
    rate: float | None = None

    @property
    def total(self) -> int:
        """All requests."""
        return sum(self.counts.values())

    @property
    def open(self) -> int:
        """Those that wait or run."""
        return sum(self.counts.get(state, 0) for state in OPEN_STATES)

    @property
    def done(self) -> int:
        """Those that ended, well or not."""
        return self.total - self.open

    @property
    def left_s(self) -> float | None:
        """Seconds until the rest has ended, where a rate is known."""
        return self.open / self.rate if self.rate and self.open else None


@dataclass(frozen=True)
class Costs:
    """US dollars as far as prices are known, and tokens; ``unpriced`` answers had no price."""

    usd: Decimal
    tokens_in: int
    tokens_out: int
    unpriced: int


@dataclass(frozen=True)
class BatchRow:
    """A batch with its progress, for lists."""

    batch: DraftBatch
    progress: BatchProgress


def batches_in(project: Project) -> QuerySet[DraftBatch]:
    """The project's batches, newest first."""
    rows = DraftBatch.objects.filter(project=project)
    return rows.select_related("project", "source", "verifier", "by").order_by("-pk")


def batch_in(project: Project, batch_id: int) -> DraftBatch:
    """One batch; one of another project is `NotFound`."""
    found = batches_in(project).filter(pk=batch_id).first()
    if found is None:
        raise NotFound("There is no such batch of drafts in this project.")
    return found


def with_progress(batches: Iterable[DraftBatch]) -> list[BatchRow]:
    """Each batch with its counts, in one query for all of them."""
    chosen = list(batches)
    rows = DraftRequest.objects.filter(batch__in=chosen).values_list("batch", "state")
    counts: dict[int, dict[str, int]] = {batch.pk: {} for batch in chosen}
    for batch_id, state, count in rows.annotate(n=Count("pk")).order_by():
        counts[batch_id][state] = count
    return [BatchRow(batch, BatchProgress(counts[batch.pk])) for batch in chosen]


def batch_progress(batch: DraftBatch) -> BatchProgress:
    """Counts by state, and the rate of the last minute while the batch runs."""
    rows = batch.requests.values_list("state").annotate(n=Count("pk")).order_by()
    counts = dict(rows)
    return BatchProgress(counts, _rate(batch) if batch.state == BatchState.OPEN else None)


def _rate(batch: DraftBatch) -> float | None:
    now = timezone.now()
    since = max(now - timedelta(seconds=RATE_WINDOW_S), batch.created_at)
    ended = batch.requests.exclude(state__in=OPEN_STATES).filter(updated_at__gt=since).count()
    seconds = (now - since).total_seconds()
    return ended / seconds if ended and seconds > 0 else None


def batch_costs(batch: DraftBatch) -> Costs:
    """What a batch has cost so far: its drafts, their checks, and answers that were of no use."""
    drafts = Draft.objects.filter(request__batch=batch)
    verdicts = Verdict.objects.filter(draft__request__batch=batch)
    parts = [_sums(drafts), _sums(verdicts), _lost(batch)]
    usd, tokens_in, tokens_out = (
        sum((part[name] for part in parts), start=0) for name in ("usd", "tokens_in", "tokens_out")
    )
    unpriced = drafts.filter(cost_usd=None).count() + verdicts.filter(
        cost_usd=None, tokens_out__gt=0
    ).count()  # fmt: skip
    return Costs(Decimal(usd), int(tokens_in), int(tokens_out), unpriced)


def _sums(rows: QuerySet[Any]) -> dict[str, Any]:
    return rows.aggregate(
        usd=Coalesce(Sum("cost_usd"), Decimal(0)),
        tokens_in=Coalesce(Sum("tokens_in"), 0),
        tokens_out=Coalesce(Sum("tokens_out"), 0),
    )


def _lost(batch: DraftBatch) -> dict[str, Any]:
    money = DecimalField(max_digits=12, decimal_places=6)
    found = batch.requests.aggregate(
        usd=Sum(Cast(KT("params__cost_usd"), money)),
        tokens_in=Sum(Cast(KT("params__tokens_in"), FloatField())),
        tokens_out=Sum(Cast(KT("params__tokens_out"), FloatField())),
    )
    return {name: value or 0 for name, value in found.items()}


def requests_of(batch: DraftBatch) -> QuerySet[DraftRequest]:
    """The requests of a batch with photo; ``draft_id`` is the draft each led to."""
    rows = batch.requests.select_related("photo", "question")
    return rows.annotate(draft_id=Cast(KT("params__draft"), IntegerField())).order_by("-pk")


def troubled(batch: DraftBatch) -> QuerySet[DraftRequest]:
    """What was rejected or failed and can be drafted again."""
    return requests_of(batch).filter(state__in=[RequestState.REJECTED, RequestState.FAILED])


def reasons_of(batch: DraftBatch, *, most: int = 8) -> list[tuple[str, int]]:
    """The reasons that most requests ended badly for, with their counts."""
    rows = DraftRequest.objects.filter(
        Q(state=RequestState.REJECTED) | Q(state=RequestState.FAILED), batch=batch
    )
    return list(rows.values_list("reason").annotate(n=Count("pk")).order_by("-n", "reason")[:most])


def request_in(batch: DraftBatch, request_id: int) -> DraftRequest:
    """One request of the batch, or `NotFound`."""
    found = requests_of(batch).select_related("batch__project").filter(pk=request_id).first()
    if found is None:
        raise NotFound("There is no such request in this batch.")
    return found


def job_of(batch: DraftBatch) -> Job | None:
    """The newest job that works the batch off."""
    rows = Job.objects.filter(subject=f"draftbatch/{batch.pk}", scope=batch.project.scope)
    return rows.order_by("-created_at").first()
