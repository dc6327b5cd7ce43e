"""Working a batch off: claim a photo, run its pipeline, write how it ended; until none is left.

Every claim is a lease on a row, so that several workers may share a batch and a killed one loses
nothing. A job that finds only leased rows waits for them: their holder may be dead.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.conf import settings
from django.db import close_old_connections, connection

from annotation.models import BatchState, DraftBatch, DraftRequest, RequestState
from annotation.services.drafting import (
    claim_request,
    close_if_done,
    finish_request,
    put_back_request,
    spent_usd,
)
from annotation.services.sources import as_source
from core.errors import ReframeError
from core.jobs import JobRun
from inference.backends import Backend, open_backend
from inference.errors import is_transient
from workers.pipelines import crops, guidance
from workers.work import Outcome, Work

PIPELINES: dict[str, Callable[[Work], Outcome]] = {"guidance": guidance.run, "crops": crops.run}
OVER_BUDGET = "The batch has reached its budget. Raise it, then draft again."


def run_batch(run: JobRun) -> dict[str, Any]:
    """Handler of the draft job kinds."""
    batch = DraftBatch.objects.select_related("project", "source", "verifier").get(
        pk=run.params["batch"]
    )
    total = batch.requests.count()
    allowed = settings.ALLOWED_LOCAL_ENDPOINTS
    with open_backend(as_source(batch.source), allowed_local=allowed) as drafter:
        if batch.verifier is None:
            _work_off(run, batch, drafter, None, total)
        else:
            with open_backend(as_source(batch.verifier), allowed_local=allowed) as verifier:
                _work_off(run, batch, drafter, verifier, total)
    close_if_done(batch=batch)
    run.progress(_ended(batch), total)
    return {"ended": _ended(batch), "total": total}


def _work_off(
    run: JobRun, batch: DraftBatch, drafter: Backend, verifier: Backend | None, total: int
) -> None:
    slots = max(1, min(drafter.parallel, 64))
    stop = threading.Event()
    with ThreadPoolExecutor(max_workers=slots, thread_name_prefix="draft") as pool:
        futures = [pool.submit(_slot, batch, drafter, verifier, stop) for _ in range(slots)]
        try:
            while not all(future.done() for future in futures):
                run.progress(_ended(batch), total)
                run.check()
                if _has_stopped(batch):
                    stop.set()
                time.sleep(0.5)
        finally:
            stop.set()
        for future in futures:
            future.result()


def _slot(
    batch: DraftBatch, drafter: Backend, verifier: Backend | None, stop: threading.Event
) -> None:
    """One lane of the pool; its database connection ends with it."""
    try:
        while not stop.is_set():
            request = claim_request(batch=batch)
            if request is not None:
                _do(Work(request, batch, drafter, verifier))
            elif not _has_open_requests(batch):
                return
            else:
                stop.wait(1.0)
            close_old_connections()
    finally:
        connection.close()


def _do(work: Work) -> None:
    if _is_over_budget(work.batch):
        finish_request(request=work.request, state=RequestState.FAILED, reason=OVER_BUDGET)
        return
    try:
        outcome = PIPELINES[work.batch.pipeline](work)
    except ReframeError as error:
        _fail(work, error)
    else:
        finish_request(request=work.request, state=outcome.state, reason=outcome.reason)


def _fail(work: Work, error: ReframeError) -> None:
    request = work.request
    if is_transient(error) and request.attempts < work.batch.max_attempts:
        put_back_request(request=request, delay_s=2.0**request.attempts, reason=str(error))
    else:
        finish_request(request=request, state=RequestState.FAILED, reason=str(error))


def _is_over_budget(batch: DraftBatch) -> bool:
    return batch.budget_usd is not None and spent_usd(batch=batch) >= batch.budget_usd


def _has_open_requests(batch: DraftBatch) -> bool:
    return _open(batch).exists()


def _open(batch: DraftBatch) -> Any:
    return DraftRequest.objects.filter(
        batch=batch, state__in=[RequestState.WAITING, RequestState.RUNNING]
    )


def _ended(batch: DraftBatch) -> int:
    return batch.requests.count() - _open(batch).count()


def _has_stopped(batch: DraftBatch) -> bool:
    state = DraftBatch.objects.values_list("state", flat=True).get(pk=batch.pk)
    return state in (BatchState.PAUSED, BatchState.CANCELLED)
