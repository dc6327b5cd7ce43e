"""Working a batch off: claim a photo, run its pipeline, write how it ended; until none is left.

Every claim is a lease on a row, renewed while the work goes on, so that several workers may share
a batch and a killed one loses nothing. A job that finds only requests that are not due yet (held
by somebody who may be dead, or to be tried again later) asks to be run again then.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from contextlib import ExitStack
from typing import Any

from django.conf import settings
from django.utils import timezone

from annotation.checks import stored_settings
from annotation.models import BatchState, DraftBatch, DraftSource
from annotation.selectors.draft_batches import with_progress
from annotation.selectors.prompts import own_wordings
from annotation.services.dead_endpoints import hear_of_endpoint
from annotation.services.draft_budget import recount
from annotation.services.draft_work import (
    clear_cancelled,
    close_if_done,
    fail_waiting,
    keep_requests,
    next_due,
    request_lease,
)
from annotation.services.drafting import pause_batch
from annotation.services.sources import as_source
from core.errors import Conflict, ReframeError
from core.jobs import Again, JobCancelled, JobRun
from inference.backends import Backend, open_backend
from inference.errors import is_transient
from inference.turns import Turn
from workers.pipelines.lanes import Lanes
from workers.pipelines.requesting import LONGEST_WAIT_S, work_on
from workers.work import Work

LOOK_S = 0.5
UNDER_WAY = "Under way."
NO_REST = Turn()


Seen = Callable[[Backend], Backend]


def run_batch(run: JobRun, *, seen: Seen = lambda backend: backend) -> dict[str, Any]:
    """Handler of the draft job kinds. ``seen`` may put something between a batch and its backends."""
    batch = DraftBatch.objects.select_related("project", "source", "verifier").get(
        pk=run.params["batch"]
    )
    if batch.budget_usd is not None:
        recount(batch=batch)
    rest = NO_REST
    with ExitStack() as opened:
        try:
            drafter = seen(opened.enter_context(_open(batch.source)))
            checker = opened.enter_context(_open(batch.verifier)) if batch.verifier else None
            verifier = seen(checker) if checker else None
        except ReframeError as error:
            _give_up(batch, error)
        else:
            _work_off(run, batch, drafter, verifier)
            rest = rest_of(drafter, verifier)
            hear_of_endpoint(batch=batch, dead=dead_words([drafter, verifier]))
    return _end(run, batch, rest)


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
        lanes_for(drafter.parallel),
        lambda request: work_on(Work(request, batch, drafter, verifier, wordings, checks)),
        rest_s=lambda: rest_of(drafter, verifier).wait_s,
    )
    try:
        with lanes.running() as futures:
            _watch(run, batch, lanes, futures, [drafter, *([verifier] if verifier else [])])
    except JobCancelled:
        # Whoever stops the job means the batch: left open, the sweep would only start it again.
        _pause(batch)
        raise


def rest_of(*backends: Backend | None) -> Turn:
    """The longest rest of the backends that a draft needs, all of which must not rest."""
    turns = [backend.rest() for backend in backends if backend is not None]
    return max((turn for turn in turns if turn), key=lambda turn: turn.wait_s, default=NO_REST)


def dead_words(backends: Sequence[Backend | None]) -> str:
    """What is wrong with a backend that has failed too often and not answered since; else nothing."""
    return next((each.is_dead for each in backends if each is not None and each.is_dead), "")


def lanes_for(parallel: int) -> int:
    """A quarter more than may ask at once: while some ask, others write and prepare, and a place at
    the endpoint is taken again as soon as it is free. The endpoint's gate keeps the number."""
    return parallel + parallel // 4


def _watch(
    run: JobRun,
    batch: DraftBatch,
    lanes: Lanes,
    futures: list[Future[None]],
    asked: list[Backend],
) -> None:
    """Say how far it is, keep the leases, and stop the lanes when the batch is stopped."""
    renew_at = 0.0
    unfinished = set(futures)
    try:
        while unfinished and not _has_stopped(batch):
            held_up = next((each.holds_up for each in asked if each.holds_up), "")
            _say_progress(run, batch, held_up or UNDER_WAY)
            hear_of_endpoint(batch=batch, dead=dead_words(asked))
            run.check()
            if time.monotonic() >= renew_at:
                keep_requests(held=lanes.held)
                renew_at = time.monotonic() + request_lease().total_seconds() / 3
            unfinished = wait(unfinished, timeout=LOOK_S).not_done
    finally:
        lanes.stop()
        for backend in asked:
            backend.turn_away()
    _keep_until_ended(run, lanes, unfinished)


def _keep_until_ended(run: JobRun, lanes: Lanes, unfinished: set[Future[None]]) -> None:
    """What is with a model when a batch is stopped may take its time."""
    while unfinished:
        run.check()
        keep_requests(held=lanes.held)
        unfinished = wait(unfinished, timeout=request_lease().total_seconds() / 3).not_done


def _say_progress(run: JobRun, batch: DraftBatch, words: str = "") -> dict[str, Any]:
    (row,) = with_progress([batch])
    run.progress(row.progress.done, row.progress.total, words)
    return {"ended": row.progress.done, "total": row.progress.total}


def _pause(batch: DraftBatch) -> None:
    try:
        pause_batch(batch=batch, by=None)
    except Conflict:
        return  # it has ended, or somebody paused or cancelled it already


def _end(run: JobRun, batch: DraftBatch, rest: Turn) -> dict[str, Any]:
    """Close the batch, or ask to be run again when the next request comes due and may be made."""
    close_if_done(batch=batch)
    clear_cancelled()
    batch.refresh_from_db()
    result = _say_progress(run, batch)
    due = next_due(batch) if batch.state == BatchState.OPEN else None
    if due is not None:
        delay = max((due - timezone.now()).total_seconds(), rest.wait_s, LOOK_S)
        raise Again(min(delay, LONGEST_WAIT_S), rest.reason)
    return result


def _has_stopped(batch: DraftBatch) -> bool:
    """Looks at what people may have changed meanwhile: the state, and the budget."""
    row = DraftBatch.objects.values("state", "budget_usd").get(pk=batch.pk)
    batch.budget_usd = row["budget_usd"]
    return row["state"] in (BatchState.PAUSED, BatchState.CANCELLED)
