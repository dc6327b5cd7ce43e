"""Looking after open runs: one short look at a time, again every second or two.

A look needs nothing from the one before but the rows: whoever looks next, after any kill, goes on
from there. Starting is idempotent by the attempt's key, events are stored once, every change of
state is one conditional UPDATE. Supervising holds no worker and no device slot.
"""

from __future__ import annotations

from typing import Any

from core.errors import ReframeError, Unavailable
from core.jobs import Again, JobCancelled, JobRun
from core.models import Job
from training import kinds
from training.engines import Engine
from training.engines import registry as engines
from training.models import AttemptState, Run, RunState
from training.models.run import OPEN_STATES
from training.services.attempting import close_attempt, drop_attempt, fail_run, start_attempt
from training.services.devices import claim_slots, keep_slots
from training.services.reading import last_word, read_events, read_step
from training.services.runs import end_run, wake

LOOK_EVERY_S = 1.5
# How long a trainer may take for the running step and its checkpoint after it was asked to stop.
GRACE_S = 60.0


def supervise(job: JobRun) -> dict[str, Any]:
    """Handler: one look; asks to be called again while the run is open."""
    run = _run_of(job)
    if run.state in OPEN_STATES:
        _look(run)
        run = _run_of(job)
    try:
        job.progress(run.step, run.max_steps or None, run.get_state_display())
    except JobCancelled:  # whoever stops the job means the run; the sweep sees it to its end
        Run.objects.filter(pk=run.pk, state__in=OPEN_STATES).update(is_stop_wanted=True)
        raise
    if run.state in OPEN_STATES:
        raise Again(LOOK_EVERY_S)
    return {"state": run.state}


def wake_open_runs() -> int:
    """For the sweep: open runs that no job looks after any more."""
    looked_after = Job.objects.filter(
        kind=kinds.SUPERVISE.name, state__in=["queued", "running"]
    ).values_list("params__run", flat=True)
    lost = Run.objects.filter(state__in=OPEN_STATES).exclude(pk__in=list(looked_after))
    for run in lost.select_related("project"):
        wake(run=run)
    return len(lost)


def _run_of(job: JobRun) -> Run:
    rows = Run.objects.select_related(
        "project", "export__version__dataset", "base_model__checkpoint", "start_from"
    )
    return rows.get(pk=job.params["run"])


def _look(run: Run) -> None:
    """What cannot be put right ends the run in words; what may pass is shown and tried again."""
    try:
        _LOOKS[RunState(run.state)](run)
    except Unavailable as error:
        Run.objects.filter(pk=run.pk, state__in=OPEN_STATES).update(error=str(error))
        raise
    except ReframeError as error:
        for attempt in run.attempts.filter(state=AttemptState.RUNNING):
            _engine(run).kill(attempt.ref)
        fail_run(run=run, error=str(error))
    else:
        if run.error:
            Run.objects.filter(pk=run.pk, state__in=OPEN_STATES).update(error="")


def _look_queued(run: Run) -> None:
    if run.is_stop_wanted:
        end_run(run=run, state=RunState.CANCELLED)
    elif not claim_slots(run=run):
        Run.objects.filter(pk=run.pk).update(phase="waiting for a free GPU")
    else:
        Run.objects.filter(pk=run.pk, state=RunState.QUEUED).update(
            state=RunState.PREPARING, phase="preparing"
        )


def _look_preparing(run: Run) -> None:
    if run.is_stop_wanted and drop_attempt(run=run):
        end_run(run=run, state=RunState.CANCELLED)
    else:
        start_attempt(run=run, engine=_engine(run))


def _look_running(run: Run) -> None:
    attempt = run.attempts.get(state=AttemptState.RUNNING)
    engine = _engine(run)
    status = engine.status(attempt.ref)  # before the diary: what it wrote last must be read
    said = read_events(run=run, attempt=attempt)
    keep_slots(run=run)
    if status.is_over:
        said = said or last_word(run=run, attempt=attempt)
        close_attempt(run=run, attempt=attempt, said=said, status=status)
        return
    read_step(run=run)
    if run.is_stop_wanted and run.state == RunState.RUNNING:
        engine.signal(attempt.ref, "stop", GRACE_S)
        Run.objects.filter(pk=run.pk, state=RunState.RUNNING).update(
            state=RunState.CANCELLING, phase="saving a checkpoint"
        )


def _engine(run: Run) -> Engine:
    return engines.get(run.engine)()


_LOOKS = {
    RunState.QUEUED: _look_queued,
    RunState.PREPARING: _look_preparing,
    RunState.RUNNING: _look_running,
    RunState.CANCELLING: _look_running,
}
