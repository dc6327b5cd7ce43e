"""Looking after open runs: one short look at a time, again every second or two.

A look needs nothing from the one before but the rows: whoever looks next, after any kill, goes on
from there. Starting is idempotent by the attempt's key, events are stored once, every change of
state is one conditional UPDATE. Supervising holds no worker and no device slot.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from core.errors import ReframeError, Unavailable
from core.jobs import Again, JobRun
from core.models import Job
from curation.selectors.exports import local_folder
from training import kinds
from training.engines import Engine
from training.engines import registry as engines
from training.events import Event
from training.models import Attempt, AttemptState, DeviceSlot, Run, RunState
from training.models.run import OPEN_STATES
from training.places import checkpoint_folder, model_folder, run_folder
from training.services.devices import claim_slots, free_slots, keep_slots
from training.services.reading import last_word, read_events
from training.services.registering import register_checkpoint
from training.services.runs import end_run, wake
from training.spec import RunSpec, write_spec

LOOK_EVERY_S = 1.5
GRACE_S = 30.0
# Attempts in a row that died without a word, before the run is given up.
MAX_LOST = 3


def supervise(job: JobRun) -> dict[str, Any]:
    """Handler: one look; asks to be called again while the run is open."""
    run = Run.objects.select_related(
        "project", "export__version__dataset", "base_model__checkpoint", "start_from"
    ).get(pk=job.params["run"])
    if run.state in OPEN_STATES:
        try:
            _LOOKS[RunState(run.state)](run)
        except Unavailable:
            raise
        except ReframeError as error:
            _fail(run, str(error))
        run.refresh_from_db()
    job.progress(run.step, run.max_steps or None, run.get_state_display())
    if run.state in OPEN_STATES:
        raise Again(LOOK_EVERY_S)
    free_slots(run=run)
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


def _look_queued(run: Run) -> None:
    if run.is_stop_wanted:
        end_run(run=run, state=RunState.CANCELLED)
    elif not claim_slots(run=run):
        Run.objects.filter(pk=run.pk).update(phase="waiting for a free device")
    else:
        Run.objects.filter(pk=run.pk, state=RunState.QUEUED).update(
            state=RunState.PREPARING, phase="preparing"
        )


def _look_preparing(run: Run) -> None:
    """Write the spec, try it dry the first time, start the trainer; safe to be cut off anywhere."""
    if run.is_stop_wanted:
        end_run(run=run, state=RunState.CANCELLED)
        return
    attempt = _open_attempt(run)
    spec = _spec(run, attempt)
    path = write_spec(spec)
    engine = _engine(run)
    if attempt.number == 1 and not attempt.ref:
        Run.objects.filter(pk=run.pk).update(phase="dry run on a few rows")
        engine.prepare(path)
    ref = engine.submit(path, spec.key)
    Attempt.objects.filter(pk=attempt.pk, state=AttemptState.STARTING).update(
        state=AttemptState.RUNNING, ref=ref
    )
    Run.objects.filter(pk=run.pk, state=RunState.PREPARING).update(
        state=RunState.RUNNING, phase="loading", started_at=run.started_at or timezone.now(),
        spec=spec.model_dump(mode="json"), spec_hash=spec.sha256(),
    )  # fmt: skip


@transaction.atomic
def _open_attempt(run: Run) -> Attempt:
    """The attempt that is starting, or the next one; it reads on where the last one stopped."""
    Run.objects.select_for_update().get(pk=run.pk)
    starting = run.attempts.filter(state=AttemptState.STARTING).first()
    if starting is not None:
        return starting
    before = run.attempts.aggregate(number=Max("number"), offset=Max("events_offset"))
    return Attempt.objects.create(
        run=run, number=(before["number"] or 0) + 1, events_offset=before["offset"] or 0,
        resumed_at_step=run.step,
    )  # fmt: skip


def _spec(run: Run, attempt: Attempt) -> RunSpec:
    slots = DeviceSlot.objects.filter(holder=f"run/{run.pk}").order_by("index")
    return RunSpec(
        run=f"run-{run.pk}", attempt=attempt.number, recipe=run.recipe,
        recipe_version=int(run.recipe_version), config=run.config,
        base_model=model_folder(run.base_model),
        start_from=checkpoint_folder(run.start_from) if run.start_from else None,
        data=local_folder(run.export, root=Path(settings.EXPORTS_DIR)), output=run_folder(run),
        resume=attempt.number > 1, devices=tuple(slots.values_list("index", flat=True)),
    )  # fmt: skip


def _look_running(run: Run) -> None:
    attempt = run.attempts.get(state=AttemptState.RUNNING)
    engine = _engine(run)
    status = engine.status(attempt.ref)  # before the diary: what it wrote last must be read
    said = read_events(run=run, attempt=attempt)
    keep_slots(run=run)
    if status.is_over:
        _close(run, attempt, said or last_word(run=run, attempt=attempt), status.exit_code)
    elif run.is_stop_wanted and run.state == RunState.RUNNING:
        engine.signal(attempt.ref, "stop", GRACE_S)
        Run.objects.filter(pk=run.pk, state=RunState.RUNNING).update(
            state=RunState.CANCELLING, phase="saving a checkpoint"
        )


def _close(run: Run, attempt: Attempt, said: Event | None, exit_code: int | None) -> None:
    """The trainer has ended: what it said last decides; silence means it was lost."""
    outcome = str(said.data.get("state")) if said else ""
    reason = str(said.data.get("reason", "")) if said else ""
    states = {"finished": AttemptState.SUCCEEDED, "stopped": AttemptState.STOPPED,
              "failed": AttemptState.FAILED}  # fmt: skip
    state = states.get(outcome, AttemptState.LOST)
    Attempt.objects.filter(pk=attempt.pk, state=AttemptState.RUNNING).update(
        state=state, exit_code=exit_code, ended_at=timezone.now(),
        reason=reason or "The trainer was killed or the machine restarted.",
    )  # fmt: skip
    if state == AttemptState.SUCCEEDED:
        _succeed(run)
    elif run.is_stop_wanted:
        end_run(run=run, state=RunState.CANCELLED)
    elif state == AttemptState.FAILED:
        end_run(run=run, state=RunState.FAILED, error=reason)
    else:
        _try_again(run)


def _succeed(run: Run) -> None:
    final = run.checkpoints.filter(is_final=True).order_by("-step").first()
    if final is None:
        end_run(run=run, state=RunState.FAILED, error="The trainer finished without a final model.")
        return
    with transaction.atomic():
        if end_run(run=run, state=RunState.SUCCEEDED):
            register_checkpoint(checkpoint=final, name=f"{run.name} (run {run.pk})", by=run.by)


def _try_again(run: Run) -> None:
    """After a loss: a new attempt from the last complete checkpoint, a few times."""
    lost = 0
    for state in run.attempts.order_by("-number").values_list("state", flat=True):
        if state != AttemptState.LOST:
            break
        lost += 1
    if lost >= MAX_LOST:
        _fail(run, f"The trainer died {lost} times without a word; see its log.")
        return
    Run.objects.filter(pk=run.pk, state__in=[RunState.RUNNING, RunState.CANCELLING]).update(
        state=RunState.QUEUED, phase="to be resumed"
    )


def _fail(run: Run, error: str) -> None:
    run.attempts.filter(state__in=[AttemptState.STARTING, AttemptState.RUNNING]).update(
        state=AttemptState.FAILED, reason=error, ended_at=timezone.now()
    )
    end_run(run=run, state=RunState.FAILED, error=error)


def _engine(run: Run) -> Engine:
    return engines.get(run.engine)()


_LOOKS = {
    RunState.QUEUED: _look_queued,
    RunState.PREPARING: _look_preparing,
    RunState.RUNNING: _look_running,
    RunState.CANCELLING: _look_running,
}
