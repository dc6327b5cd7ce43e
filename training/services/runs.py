"""Starting, stopping and resuming runs. What happens to an open run is `supervising`'s business."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Project, User
from core import audit, jobs
from core.errors import Conflict, InvalidInput
from core.models import Job
from curation.models import Export, ExportState
from training import kinds
from training.engines import registry as engines
from training.models import Checkpoint, Model, Run, RunState
from training.models.run import OPEN_STATES
from training.recipes import registry as recipes


@transaction.atomic
def start_run(
    *,
    project: Project,
    name: str,
    recipe: str,
    export: Export,
    base_model: Model,
    config: dict[str, Any] | None = None,
    start_from: Checkpoint | None = None,
    devices: int = 0,
    by: User | None,
) -> Run:
    """Check everything that can be checked now, write the row, wake the supervisor.

    `InvalidInput` names the field at fault: an unknown setting, a recipe that needs a start, an
    export that is not ready or of another project.
    """
    plugin = recipes.get(recipe)
    checked = plugin.parse_config(config or {})
    _check_parts(project, export, base_model, start_from, needs_start=plugin.needs_start)
    if not name.strip():
        raise InvalidInput("Give the run a name.", field="name")
    if not 0 <= devices <= 64:
        raise InvalidInput("Devices: a number from 0 (processor only) to 64.", field="devices")
    run = Run.objects.create(
        project=project, name=name.strip()[:120], recipe=recipe,
        recipe_version=str(plugin.version), export=export, base_model=base_model,
        start_from=start_from, config=checked.model_dump(mode="json"), devices=devices, by=by,
        engine=engines.names()[0] if len(engines.names()) == 1 else "local",
    )  # fmt: skip
    Run.objects.filter(pk=run.pk).update(folder=f"run-{run.pk}")
    run.refresh_from_db()
    audit.record(
        actor=by, verb="run.start", scope=project.scope, target=f"run/{run.pk}", recipe=recipe,
        export=export.pk,
    )  # fmt: skip
    wake(run=run, by=by)
    return run


def _check_parts(
    project: Project,
    export: Export,
    base_model: Model,
    start_from: Checkpoint | None,
    *,
    needs_start: bool,
) -> None:
    if export.version.dataset.project_id != project.pk:
        raise InvalidInput("This export belongs to another project.", field="export")
    if export.state != ExportState.READY:
        raise InvalidInput("This export is not ready yet.", field="export")
    if export.exporter != "trl_jsonl":
        raise InvalidInput("Runs train on exports of the format trl_jsonl.", field="export")
    if base_model.project_id != project.pk:
        raise InvalidInput("This model belongs to another project.", field="base_model")
    if start_from is None:
        if needs_start:
            raise InvalidInput(
                "This recipe continues another run: choose the checkpoint to start from.",
                field="start_from",
            )
        return
    if start_from.run.project_id != project.pk or start_from.is_pruned:
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


def end_run(*, run: Run, state: RunState, error: str = "") -> bool:
    """Write how an open run ended, once."""
    return bool(
        Run.objects.filter(pk=run.pk, state__in=OPEN_STATES).update(
            state=state, error=error, phase="", ended_at=timezone.now()
        )
    )
