"""Starting, stopping and resuming runs. What happens to an open run is `supervising`'s business."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Project, User
from accounts.roles import Right, can
from accounts.services.notifying import notify
from core import audit, jobs
from core.errors import Conflict, InvalidInput
from core.models import Job
from curation.models import Export, ExportState
from training import kinds
from training.checkpoints import is_adapter
from training.engines import registry as engines
from training.models import Checkpoint, Model, Run, RunState
from training.models.run import OPEN_STATES
from training.places import model_folder
from training.preflight import check_base_model
from training.recipes import registry as recipes
from training.services.devices import free_slots

# The format that recipes read.
EXPORTER = "trl_jsonl"
MOST_DEVICES = 64


@transaction.atomic
def start_run(
    *,
    project: Project,
    name: str,
    recipe: str,
    export: Export,
    base_model: Model | None = None,
    config: dict[str, Any] | None = None,
    start_from: Checkpoint | None = None,
    devices: int = 0,
    engine: str = "local",
    by: User | None,
) -> Run:
    """Check everything that can be checked now, write the row, wake the supervisor.

    ``start_from`` continues a checkpoint of another run, on that run's own base model.
    `InvalidInput` names the field at fault: an unknown setting, a recipe that needs a start, an
    export that is not ready or of another project, a model whose folder is gone.
    """
    _check_names(name, recipe, engine, devices)
    plugin = recipes.get(recipe)
    checked = plugin.parse_config(config or {})
    _check_export(project, export)
    _check_start(project, start_from, needs_start=plugin.needs_start)
    base_model = _base_model(project, base_model, start_from)
    run = Run.objects.create(
        project=project, name=name.strip(), recipe=recipe, recipe_version=str(plugin.version),
        export=export, base_model=base_model, start_from=start_from, engine=engine, by=by,
        config=checked.model_dump(mode="json"), devices=devices,
    )  # fmt: skip
    Run.objects.filter(pk=run.pk).update(folder=f"run-{run.pk}")
    run.refresh_from_db()
    audit.record(
        actor=by, verb="run.start", scope=project.scope, target=f"run/{run.pk}", recipe=recipe,
        export=export.pk,
    )  # fmt: skip
    wake(run=run, by=by)
    return run


def _check_names(name: str, recipe: str, engine: str, devices: int) -> None:
    if not 0 < len(name.strip()) <= 120:
        raise InvalidInput("Give the run a name of at most 120 characters.", field="name")
    for field, given, registry in (("recipe", recipe, recipes), ("engine", engine, engines)):
        if given not in registry:
            known = ", ".join(registry.names())
            raise InvalidInput(f"There is no {field} {given!r}. Known: {known}.", field=field)
    if not 0 <= devices <= MOST_DEVICES:
        raise InvalidInput(
            f"Devices: a number from 0 (processor only) to {MOST_DEVICES}.", field="devices"
        )


def _check_export(project: Project, export: Export) -> None:
    if export.version.dataset.project_id != project.pk:
        raise InvalidInput("This export belongs to another project.", field="export")
    if export.state != ExportState.READY:
        raise InvalidInput("This export is not ready yet.", field="export")
    if export.exporter != EXPORTER:
        raise InvalidInput(f"Runs train on exports of the format {EXPORTER}.", field="export")


def _base_model(project: Project, model: Model | None, start: Checkpoint | None) -> Model:
    """The model whose weights are trained or adapted; that of ``start`` when there is one."""
    continued = start.run.base_model if start is not None else None
    model = model or continued
    if model is None:
        raise InvalidInput("Choose the model to train.", field="base_model")
    if model.project_id != project.pk:
        raise InvalidInput("This model belongs to another project.", field="base_model")
    if continued is not None and continued.pk != model.pk:
        raise InvalidInput(
            f"This checkpoint was trained on {continued.name}: choose that model, or none.",
            field="base_model",
        )
    folder = model_folder(model)
    if is_adapter(folder):
        raise InvalidInput(
            "This model is an adapter. To go on from it, choose its checkpoint to start from.",
            field="base_model",
        )
    check_base_model(folder)
    return model


def _check_start(project: Project, start: Checkpoint | None, *, needs_start: bool) -> None:
    if start is None and needs_start:
        raise InvalidInput(
            "This recipe continues another run: choose the checkpoint to start from.",
            field="start_from",
        )
    if start is not None and (start.run.project_id != project.pk or start.is_pruned):
        raise InvalidInput("Choose a kept checkpoint of this project.", field="start_from")


def wake(*, run: Run, by: User | None = None) -> Job:
    """Start (or join) the job that looks after a run."""
    return jobs.start(
        kinds.SUPERVISE, by=by, scope=run.project.scope, subject=f"run/{run.pk}",
        params={"run": run.pk}, key=f"run/{run.pk}",
    )  # fmt: skip


@transaction.atomic
def cancel_run(*, run: Run, by: User) -> Run:
    """Ask an open run to save and stop; `Conflict` when it has already ended."""
    asked = Run.objects.filter(pk=run.pk, state__in=OPEN_STATES).update(is_stop_wanted=True)
    if not asked:
        raise Conflict(f"This run is {run.get_state_display()}; there is nothing to stop.")
    audit.record(actor=by, verb="run.cancel", scope=run.project.scope, target=f"run/{run.pk}")
    run.refresh_from_db()
    return run


@transaction.atomic
def resume_run(*, run: Run, by: User) -> Run:
    """Go on with a stopped or failed run from its last complete checkpoint, as a new attempt."""
    moved = Run.objects.filter(pk=run.pk, state__in=[RunState.CANCELLED, RunState.FAILED]).update(
        state=RunState.QUEUED, is_stop_wanted=False, error="", phase="", ended_at=None
    )
    if not moved:
        raise Conflict("Only a stopped or failed run can be resumed.")
    audit.record(actor=by, verb="run.resume", scope=run.project.scope, target=f"run/{run.pk}")
    run.refresh_from_db()
    wake(run=run, by=by)
    return run


@transaction.atomic
def end_run(*, run: Run, state: RunState, error: str = "") -> bool:
    """Write how an open run ended and give its devices back, once."""
    ended = Run.objects.filter(pk=run.pk, state__in=OPEN_STATES).update(
        state=state, error=error, phase="", ended_at=timezone.now()
    )
    if ended:
        free_slots(run=run)
        _tell_starter(run)
    return bool(ended)


def _tell_starter(run: Run) -> None:
    run.refresh_from_db(fields=["state", "error", "ended_at"])
    if run.by is None or run.ended_at is None or not can(run.by, Right.SEE_RUNS, run.project):
        return
    why = f". {run.error}" if run.error else ""
    notify(
        kind=kinds.RUN_ENDED, people=[run.by.pk], project=run.project,
        text=f"Training of {run.name}: {run.get_state_display()}{why}",
        address=reverse("training:run", args=[run.project.slug, run.pk]),
        key=f"run/{run.pk}", event=int(run.ended_at.timestamp() * 1000),
    )  # fmt: skip
