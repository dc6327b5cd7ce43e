"""Working on one claimed request: run its pipeline, and write how it ended, whatever happens."""

from __future__ import annotations

import random
from dataclasses import replace

from annotation.models import DraftRequest, RequestState
from annotation.services.draft_work import finish_request, put_back_request
from core.errors import ReframeError
from inference.errors import EndpointResting, is_transient
from workers.pipelines.listing import RUN
from workers.pipelines.metering import BudgetTight, Meter, Metered
from workers.work import Work

CUT_OFF = (
    "Its worker stopped each time it was worked on. See the worker's log, then draft it again."
)
# Claims that a dying worker may cost a request beyond the tries that it is allowed.
MOST_CUTS = 5
LONGEST_WAIT_S = 900.0
# When it is looked again whether a budget has room.
TIGHT_S = 1.0


def work_on(work: Work) -> None:
    """One request from its claim to its end; every failure becomes words on its row."""
    if work.request.attempts > work.batch.max_attempts + MOST_CUTS:
        finish_request(request=work.request, state=RequestState.FAILED, reason=CUT_OFF)
        return
    meter = Meter(work.request, has_budget=work.batch.budget_usd is not None)
    verifier = work.verifier and Metered(work.verifier, meter)
    drafter = Metered(work.drafter, meter)
    counted = replace(
        work, drafter=drafter, verifier=verifier, booked=meter.booked, handed_over=meter.handed_over
    )
    _run(counted, meter)
    meter.look_after_budget()


def _run(work: Work, meter: Meter) -> None:
    try:
        outcome = RUN[work.batch.pipeline](work)
    except ReframeError as error:
        _fail(work, meter, error)
    else:
        finish_request(
            request=work.request, state=outcome.state, reason=outcome.reason, draft=outcome.draft,
            spent=meter.spending(outcome.draft),
        )  # fmt: skip


def _fail(work: Work, meter: Meter, error: ReframeError) -> None:
    request, spent = work.request, meter.spending()
    only_waits = isinstance(error, EndpointResting | BudgetTight)
    if only_waits or (is_transient(error) and request.attempts < work.batch.max_attempts):
        put_back_request(
            request=request, delay_s=wait_after(request, error), reason=str(error), spent=spent,
            spends_try=not only_waits,
        )  # fmt: skip
    else:
        finish_request(request=request, state=RequestState.FAILED, reason=str(error), spent=spent)


def wait_after(request: DraftRequest, error: ReframeError) -> float:
    """Seconds until the next try: doubling and jittered, never less than the endpoint asks for."""
    jitter = random.uniform(0.75, 1.25)  # noqa: S311 - no secret
    if isinstance(error, BudgetTight):
        return TIGHT_S * jitter
    asked = float(str(error.detail.get("retry_after_s", 0)))
    own = jitter if isinstance(error, EndpointResting) else 2.0**request.attempts * jitter
    return min(max(own, asked), LONGEST_WAIT_S)
