"""Batches of drafts as people steer them: start, pause, resume, cancel, draft again."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Project, User
from annotation import kinds
from annotation.models import (
    BatchState,
    DraftBatch,
    DraftRequest,
    DraftSource,
    RequestState,
)
from annotation.pipelines import pipeline_of
from annotation.sampling import checked_parameters
from annotation.services.draft_budget import recount
from annotation.services.requesting import add_requests
from annotation.services.sources import check_pair, knows_its_cost
from annotation.services.suiting import check_drafter
from catalog.models import Photo
from core import audit, jobs
from core.errors import Conflict, InvalidInput
from core.models import Job

# A model in our own process must stay with the one gpu worker that keeps it warm.
IN_PROCESS_BACKENDS = frozenset({"transformers"})
MOST_ATTEMPTS = 10
MOST_USD = Decimal("9999999.99")
TRY_AGAIN = (RequestState.REJECTED, RequestState.FAILED)


@transaction.atomic
def start_batch(
    *,
    project: Project,
    pipeline: str,
    source: DraftSource,
    verifier: DraftSource | None,
    photos: Iterable[Photo],
    parameters: dict[str, Any] | None = None,
    max_attempts: int = 3,
    budget_usd: Decimal | None = None,
    by: User | None,
) -> DraftBatch:
    """One request per subject of the ready photos (`annotation.services.requesting`), and a job that
    works them off. Nothing is sent before commit.

    ``parameters`` as the pipeline's own class in `annotation.pipelines` has them; ``max_attempts`` counts tries that failed in
    passing; ``budget_usd`` needs sources whose cost is known.
    """
    asked = pipeline_of(pipeline)
    _check_home(project, source=source, verifier=verifier)
    check_drafter(asked, source)
    check_pair(source, verifier)
    check_budget(budget_usd, source, verifier)
    if not 1 <= max_attempts <= MOST_ATTEMPTS:
        raise InvalidInput(f"Try 1 to {MOST_ATTEMPTS} times.", field="max_attempts")
    wanted = checked_parameters(parameters, asked.parameters)
    batch = DraftBatch.objects.create(
        project=project, pipeline=pipeline, source=source, verifier=verifier,
        parameters=wanted, max_attempts=max_attempts, budget_usd=budget_usd, by=by,
    )  # fmt: skip
    requests = add_requests(batch=batch, photos=photos)
    audit.record(
        actor=by, verb="drafts.start", scope=project.scope, target=f"draftbatch/{batch.pk}",
        pipeline=pipeline, requests=requests,
    )  # fmt: skip
    wake(batch=batch, by=by)
    return batch


def _check_home(project: Project, **sources: DraftSource | None) -> None:
    for field, source in sources.items():
        if source is not None and (source.project_id != project.pk or not source.is_active):
            raise InvalidInput("This source is not an active one of this project.", field=field)


def check_budget(
    budget: Decimal | None, source: DraftSource, verifier: DraftSource | None
) -> Decimal | None:
    """The budget, where it can be kept; `InvalidInput` says why it cannot."""
    if budget is None:
        return None
    if not 0 < budget <= MOST_USD:
        raise InvalidInput("A budget is a number of US dollars above 0.", field="budget_usd")
    for each in (source, verifier):
        if each is not None and not knows_its_cost(each):
            raise InvalidInput(
                f"What {each.name!r} costs is not known, so a budget cannot be kept. Add a source "
                "with price_in and price_out, or leave the budget empty.",
                field="budget_usd",
            )
    return budget


def wake(*, batch: DraftBatch, by: User | None) -> Job:
    """Start (or join) the job that works a batch off."""
    is_local = any(
        source is not None and source.backend in IN_PROCESS_BACKENDS
        for source in (batch.source, batch.verifier)
    )
    return jobs.start(
        kinds.DRAFT_BATCH_GPU if is_local else kinds.DRAFT_BATCH,
        by=by, scope=batch.project.scope, subject=f"draftbatch/{batch.pk}",
        params={"batch": batch.pk}, key=f"batch/{batch.pk}",
    )  # fmt: skip


def draft_again(*, request: DraftRequest, by: User) -> DraftRequest:
    """Queue a rejected or failed request once more; what was drafted before stays."""
    draft_all_again(requests=[request], by=by)
    request.refresh_from_db()
    return request


@transaction.atomic
def draft_all_again(*, requests: Iterable[DraftRequest], by: User) -> int:
    """The same for many requests of one batch; `Conflict` when none of them can be tried again."""
    chosen = list(requests)
    batches = {request.batch_id for request in chosen}
    if len(batches) > 1:
        raise InvalidInput("Requests of one batch can be drafted again together.", field="requests")
    # Locked, so that a worker that closes the batch sees either none or all of this.
    rows = DraftBatch.objects.select_related("project", "source", "verifier")
    batch = rows.select_for_update(of=("self",)).filter(pk__in=batches).first()
    if batch is not None and batch.state == BatchState.CANCELLED:
        raise Conflict("This batch is cancelled. Start a new one for these photos.")
    moved = DraftRequest.objects.filter(
        pk__in=[request.pk for request in chosen], state__in=TRY_AGAIN
    ).update(state=RequestState.WAITING, reason="", not_before=None, attempts=0)
    if not moved or batch is None:
        raise Conflict("Only rejected or failed drafts can be drafted again.")
    DraftBatch.objects.filter(pk=batch.pk, state=BatchState.DONE).update(
        state=BatchState.OPEN, ended_at=None
    )
    audit.record(
        actor=by, verb="drafts.again", scope=batch.project.scope, target=f"draftbatch/{batch.pk}",
        requests=moved,
    )  # fmt: skip
    wake(batch=batch, by=by)
    return moved


def pause_batch(*, batch: DraftBatch, by: User | None) -> DraftBatch:
    """What is with a model now still ends; nothing new starts."""
    return move_batch(batch=batch, to=BatchState.PAUSED, by=by)


def resume_batch(*, batch: DraftBatch, by: User | None) -> DraftBatch:
    """Go on where it was paused."""
    return move_batch(batch=batch, to=BatchState.OPEN, by=by)


def cancel_batch(*, batch: DraftBatch, by: User | None) -> DraftBatch:
    """For good: what waits is taken out; what is with a model now still ends."""
    return move_batch(batch=batch, to=BatchState.CANCELLED, by=by)


MOVES = {
    BatchState.PAUSED: (BatchState.OPEN,),
    BatchState.OPEN: (BatchState.PAUSED,),
    BatchState.CANCELLED: (BatchState.OPEN, BatchState.PAUSED),
}


@transaction.atomic
def move_batch(*, batch: DraftBatch, to: BatchState, by: User | None) -> DraftBatch:
    """Pause, resume or cancel, by one conditional UPDATE; `Conflict` if its state forbids it."""
    ended = timezone.now() if to == BatchState.CANCELLED else None
    moved = DraftBatch.objects.filter(pk=batch.pk, state__in=MOVES[to]).update(
        state=to, ended_at=ended, dead_since=None, reason=""
    )
    batch.refresh_from_db()
    if not moved:
        now, then = batch.get_state_display(), to.label
        raise Conflict(f"This batch is {now}, so it cannot become {then} now.")
    if to == BatchState.CANCELLED:
        batch.requests.filter(state=RequestState.WAITING).update(state=RequestState.CANCELLED)
    audit.record(
        actor=by, verb=f"drafts.{to}", scope=batch.project.scope, target=f"draftbatch/{batch.pk}"
    )
    if to == BatchState.OPEN:
        wake(batch=batch, by=by)
    return batch


@transaction.atomic
def set_budget(*, batch: DraftBatch, budget_usd: Decimal | None, by: User) -> DraftBatch:
    """Another budget for a batch, or none; what it stopped is then drafted again."""
    check_budget(budget_usd, batch.source, batch.verifier)
    DraftBatch.objects.filter(pk=batch.pk).update(budget_usd=budget_usd)
    recount(batch=batch)
    audit.record(
        actor=by, verb="drafts.budget", scope=batch.project.scope,
        target=f"draftbatch/{batch.pk}", budget_usd=None if budget_usd is None else str(budget_usd),
    )  # fmt: skip
    batch.refresh_from_db()
    return batch
