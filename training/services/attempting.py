"""One start of the trainer, from its spec to how it ended; every part safe to be cut off and redone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from core.errors import Conflict, InvalidInput, Unavailable
from curation.selectors.exports import local_folder
from training.engines import Engine, Status
from training.events import Event
from training.models import Attempt, AttemptState, Run, RunState
from training.places import checkpoint_folder, model_folder, run_folder
from training.services.devices import held_slots
from training.services.registering import register_checkpoint
from training.services.runs import end_run
from training.spec import RunSpec, write_spec

ALIVE = (AttemptState.STARTING, AttemptState.RUNNING)
# Attempts in a row that died without a word, before the run is given up.
MAX_LOST = 3
DROPPED = "Stopped before the trainer was started."
_STATES = {
    "finished": AttemptState.SUCCEEDED,
    "stopped": AttemptState.STOPPED,
    "failed": AttemptState.FAILED,
}


def start_attempt(*, run: Run, engine: Engine) -> Attempt:
    """Write the spec, try it dry the first time, start the trainer at most once per attempt."""
    attempt = _open_attempt(run)
    spec = _spec(run, attempt)
    path = write_spec(spec)
    if not attempt.ref:
        if not run.spec_hash:  # never started before
            _try_dry(run, engine, path)
        spec.stop_path.unlink(missing_ok=True)  # it was meant for an attempt before this one
        Attempt.objects.filter(pk=attempt.pk).update(ref={"key": spec.key})
    _note_start(run, attempt, spec, engine.submit(path, spec.key))
    return attempt


def drop_attempt(*, run: Run) -> bool:
    """Give up an attempt that was not handed to the engine yet; False when one was."""
    starting = run.attempts.filter(state=AttemptState.STARTING)
    if starting.exclude(ref={}).exists():
        return False
    starting.update(state=AttemptState.STOPPED, ended_at=timezone.now(), reason=DROPPED)
    return True


@transaction.atomic
def _note_start(run: Run, attempt: Attempt, spec: RunSpec, ref: dict[str, Any]) -> None:
    Attempt.objects.filter(pk=attempt.pk, state=AttemptState.STARTING).update(
        state=AttemptState.RUNNING, ref=ref
    )
    Run.objects.filter(pk=run.pk, state=RunState.PREPARING).update(
        state=RunState.RUNNING, phase="loading", started_at=run.started_at or timezone.now(),
        spec=spec.model_dump(mode="json"), spec_hash=spec.sha256(),
    )  # fmt: skip


def _try_dry(run: Run, engine: Engine, spec: Path) -> None:
    Run.objects.filter(pk=run.pk).update(phase="dry run on a few rows")
    try:
        engine.prepare(spec)
    except Unavailable as error:  # it hangs or crawls; it would do so again
        raise InvalidInput(str(error)) from error


@transaction.atomic
def _open_attempt(run: Run) -> Attempt:
    """The attempt that is alive, or the next one; it reads on where the last one stopped."""
    Run.objects.select_for_update().get(pk=run.pk)
    alive = run.attempts.filter(state__in=ALIVE).first()
    if alive is not None:
        return alive
    before = run.attempts.aggregate(number=Max("number"), offset=Max("events_offset"))
    return Attempt.objects.create(
        run=run, number=(before["number"] or 0) + 1, events_offset=before["offset"] or 0
    )


def _spec(run: Run, attempt: Attempt) -> RunSpec:
    return RunSpec(
        run=f"run-{run.pk}", attempt=attempt.number, recipe=run.recipe,
        recipe_version=int(run.recipe_version), config=run.config,
        base_model=model_folder(run.base_model),
        start_from=checkpoint_folder(run.start_from) if run.start_from else None,
        data=local_folder(run.export, root=Path(settings.EXPORTS_DIR)), output=run_folder(run),
        resume=attempt.number > 1, devices=tuple(slot.index for slot in held_slots(run)),
    )  # fmt: skip


@transaction.atomic
def close_attempt(*, run: Run, attempt: Attempt, said: Event | None, status: Status) -> None:
    """The trainer has ended: what it said last decides; silence means it was lost."""
    state = _STATES.get(str(said.data.get("state")) if said else "", AttemptState.LOST)
    reason = str(said.data.get("reason", "")) if said and state != AttemptState.LOST else ""
    closed = Attempt.objects.filter(pk=attempt.pk, state=AttemptState.RUNNING).update(
        state=state, exit_code=status.exit_code, ended_at=timezone.now(),
        reason=reason or _silence(status),
    )  # fmt: skip
    if not closed:
        return
    if state == AttemptState.SUCCEEDED:
        _succeed(run)
    elif state == AttemptState.FAILED:
        end_run(run=run, state=RunState.FAILED, error=reason)
    elif run.is_stop_wanted or _is_stopped_by_hand(run):
        end_run(run=run, state=RunState.CANCELLED)
    else:
        _try_again(run)


def _is_stopped_by_hand(run: Run) -> bool:
    """Whether a person put an empty ``stop`` into the run's folder: they mean the run."""
    stop = run_folder(run) / "stop"
    return stop.is_file() and not stop.read_bytes().strip()


def _silence(status: Status) -> str:
    if status.exit_code is not None and status.exit_code < 0:
        return (
            f"The trainer was killed by signal {-status.exit_code} and could not say why; "
            "often the machine had run out of memory."
        )
    return "The trainer is gone without a word: it was killed, or the machine restarted."


def _succeed(run: Run) -> None:
    final = run.checkpoints.filter(is_final=True).order_by("-step").first()
    if final is None:
        end_run(run=run, state=RunState.FAILED, error="The trainer finished without a final model.")
    elif end_run(run=run, state=RunState.SUCCEEDED):
        name = f"{run.name[:90]} (run {run.pk})"
        try:
            register_checkpoint(checkpoint=final, name=name, by=run.by)
        except Conflict:  # somebody took the name; the model must not be lost for it
            register_checkpoint(checkpoint=final, name=f"{name} {final.digest[:8]}", by=run.by)


def _try_again(run: Run) -> None:
    """After a loss, or a stop by whoever shut the machine down: a new attempt from the last complete
    checkpoint; after a few losses in a row no more."""
    lost = 0
    for state in run.attempts.order_by("-number").values_list("state", flat=True):
        if state != AttemptState.LOST:
            break
        lost += 1
    if lost >= MAX_LOST:
        fail_run(run=run, error=f"The trainer died {lost} times without a word; see its log.")
        return
    Run.objects.filter(pk=run.pk, state__in=[RunState.RUNNING, RunState.CANCELLING]).update(
        state=RunState.QUEUED, phase="to be resumed"
    )


@transaction.atomic
def fail_run(*, run: Run, error: str) -> None:
    """End the run, and the attempt that had not started yet, with the reason."""
    run.attempts.filter(state__in=ALIVE).update(
        state=AttemptState.FAILED, reason=error, ended_at=timezone.now()
    )
    end_run(run=run, state=RunState.FAILED, error=error)
