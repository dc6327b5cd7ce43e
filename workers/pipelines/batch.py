"""Working a batch off: claim a photo, run its pipeline, write how it ended; until none is left.

Every claim is a lease on a row, renewed while the work goes on, so that several workers may share
a batch and a killed one loses nothing. A job that finds only requests that are not due yet (held
by somebody who may be dead, or to be tried again later) asks to be run again then.
"""

from __future__ import annotations

import random
import time
from concurrent.futures import Future, wait
from contextlib import ExitStack
from typing import Any

from django.conf import settings
from django.utils import timezone

from annotation.checks import stored_settings
from annotation.models import BatchState, DraftBatch, DraftRequest, DraftSource, RequestState
from annotation.selectors.draft_batches import with_progress
from annotation.selectors.prompts import own_wordings
from annotation.services.draft_work import (
    clear_cancelled,
    close_if_done,
    fail_waiting,
    finish_request,
    keep_requests,
    next_due,
    put_back_request,
    request_lease,
    spent_usd,
)
from annotation.services.drafting import pause_batch
from annotation.services.sources import as_source
from core.errors import Conflict, ReframeError
from core.jobs import Again, JobCancelled, JobRun
from inference.backends import Backend, open_backend
from inference.errors import is_transient
from workers.pipelines.lanes import Lanes
from workers.pipelines.listing import RUN
from workers.work import Work

OVER_BUDGET = "The batch has reached its budget. Raise it, then draft again."
CUT_OFF = (
    "Its worker stopped each time it was worked on. See the worker's log, then draft it again."
)
# Claims that a dying worker may cost a request beyond the tries that it is allowed.
MOST_CUTS = 5
LONGEST_WAIT_S = 900.0
LOOK_S = 0.5


def run_batch(run: JobRun) -> dict[str, Any]:
    """Handler of the draft job kinds."""
    batch = DraftBatch.objects.select_related("project", "source", "verifier").get(
        pk=run.params["batch"]
    )
    with ExitStack() as opened:
        try:
            drafter = opened.enter_context(_open(batch.source))
            verifier = opened.enter_context(_open(batch.verifier)) if batch.verifier else None
        except ReframeError as error:
            _give_up(batch, error)
        else:
            _work_off(run, batch, drafter, verifier)
    return _end(run, batch)


def _open(source: DraftSource) -> Backend:
    return open_backend(as_source(source), allowed_local=settings.ALLOWED_LOCAL_ENDPOINTS)


def _give_up(batch: DraftBatch, error: ReframeError) -> None:
    """A source that cannot be opened: in passing, the job is tried again; else all of it failed."""
    if is_transient(error):
        raise error
    fail_waiting(batch=batch, reason=str(error))


def _work_off(run: JobRun, batch: DraftBatch, drafter: Backend, verifier: Backend | None) -> None:
    wordings, checks = own_wordings(batch.project_id), stored_settings(batch.project.settings)
    lanes = Lanes(
        batch,
        drafter.parallel,
        lambda request: _do(Work(request, batch, drafter, verifier, wordings, checks)),
    )
    try:
        with lanes.running() as futures:
            _watch(run, batch, lanes, futures)
    except JobCancelled:
        # Whoever stops the job means the batch: left open, the sweep would only start it again.
        _pause(batch)
        raise


def _watch(run: JobRun, batch: DraftBatch, lanes: Lanes, futures: list[Future[None]]) -> None:
    """Say how far it is, keep the leases, and stop the lanes when the batch is stopped."""
    renew_at = 0.0
    unfinished = set(futures)
    while unfinished:
        _say_progress(run, batch)
        run.check()
        if time.monotonic() >= renew_at:
            keep_requests(held=lanes.held)
            renew_at = time.monotonic() + request_lease().total_seconds() / 3
        if _has_stopped(batch):
            lanes.stop()
        unfinished = wait(unfinished, timeout=LOOK_S).not_done


def _say_progress(run: JobRun, batch: DraftBatch) -> dict[str, Any]:
    (row,) = with_progress([batch])
    run.progress(row.progress.done, row.progress.total)
    return {"ended": row.progress.done, "total": row.progress.total}


def _pause(batch: DraftBatch) -> None:
    try:
        pause_batch(batch=batch, by=None)
    except Conflict:
        return  # it has ended, or somebody paused or cancelled it already


def _end(run: JobRun, batch: DraftBatch) -> dict[str, Any]:
    """Close the batch, or ask to be run again when the next request comes due."""
    close_if_done(batch=batch)
    clear_cancelled()
    batch.refresh_from_db()
    result = _say_progress(run, batch)
    due = next_due(batch) if batch.state == BatchState.OPEN else None
    if due is not None:
        delay = (due - timezone.now()).total_seconds()
        raise Again(min(max(delay, LOOK_S), LONGEST_WAIT_S))
    return result


def _do(work: Work) -> None:
    request = work.request
    if request.attempts > work.batch.max_attempts + MOST_CUTS:
        finish_request(request=request, state=RequestState.FAILED, reason=CUT_OFF)
    elif _is_over_budget(work.batch):
        finish_request(request=request, state=RequestState.FAILED, reason=OVER_BUDGET)
    else:
        _run_pipeline(work)


def _run_pipeline(work: Work) -> None:
    try:
        outcome = RUN[work.batch.pipeline](work)
    except ReframeError as error:
        _fail(work, error)
    else:
        finish_request(
            request=work.request, state=outcome.state, reason=outcome.reason, draft=outcome.draft
        )


def _fail(work: Work, error: ReframeError) -> None:
    request, spent = work.request, dict(error.detail)
    if is_transient(error) and request.attempts < work.batch.max_attempts:
        put_back_request(
            request=request, delay_s=wait_after(request, error), reason=str(error), spent=spent
        )
    else:
        finish_request(request=request, state=RequestState.FAILED, reason=str(error), spent=spent)


def wait_after(request: DraftRequest, error: ReframeError) -> float:
    """Seconds until the next try: doubling and jittered, never less than the endpoint asks for."""
    own = 2.0**request.attempts * random.uniform(0.75, 1.25)  # noqa: S311 - no secret
    asked = float(str(error.detail.get("retry_after_s", 0)))
    return min(max(own, asked), LONGEST_WAIT_S)


def _is_over_budget(batch: DraftBatch) -> bool:
    budget = DraftBatch.objects.values_list("budget_usd", flat=True).get(pk=batch.pk)
    return budget is not None and spent_usd(batch=batch) >= budget


def _has_stopped(batch: DraftBatch) -> bool:
    state = DraftBatch.objects.values_list("state", flat=True).get(pk=batch.pk)
    return state in (BatchState.PAUSED, BatchState.CANCELLED)
