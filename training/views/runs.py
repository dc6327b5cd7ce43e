"""Runs: the list, one run as it goes, its figures and log, stop and resume."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Project, User
from accounts.roles import Right
from accounts.views.page import ProjectRequest, page
from core.csv_cells import neutral_cell
from core.errors import Conflict
from core.web.paging import newest_first
from training.models import Run
from training.models.run import OPEN_STATES
from training.recipes import registry as recipes
from training.selectors.evaluations import evaluations_of
from training.selectors.runs import (
    charts_of,
    diary,
    iou_chart,
    log_tail,
    metric_rows,
    pace_of,
    run_in,
    runs_of,
)
from training.selectors.samples import mean_iou, watched_photos
from training.services.runs import cancel_run, resume_run

# htmx: leave the page as it is and ask again.
UNCHANGED = 204


@require_safe
@page(Right.SEE_RUNS)
def runs(request: ProjectRequest, project: Project) -> HttpResponse:
    """All runs, the newest first."""
    found = newest_first(runs_of(project), request)
    titles = {recipe.name: recipe.title for recipe in recipes}
    context = {
        "page": found,
        "rows": [(row, titles.get(row.recipe, row.recipe)) for row in found.rows],
        "is_live": any(row.state in OPEN_STATES for row in found.rows),
    }
    return render(request, "training/runs.html", context)


@require_safe
@page(Right.SEE_RUNS)
def run(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """One run: what it is made of, how it goes, what it left."""
    found = run_in(project, pk)
    context = {**_state(found, request.user), "spec_rows": _spec_rows(found)}
    return render(request, "training/run.html", context)


@require_safe
@page(Right.SEE_RUNS)
def live(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """What changes of the run's page; it asks for itself again while the run is open. Nothing comes
    back while there is nothing new."""
    found = run_in(project, pk)
    if request.GET.get("seen") == _token(found):
        return HttpResponse(status=UNCHANGED)
    context = {**_state(found, request.user), "is_fragment": True}
    response = render(request, "training/run_live.html", context)
    patch_vary_headers(response, ("HX-Request",))
    return response


@require_safe
@page(Right.SEE_RUNS)
def log(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """What the trainer printed, its last lines."""
    found = run_in(project, pk)
    return render(request, "training/run_log.html", {"run": found, "lines": log_tail(found)})


@require_safe
@page(Right.SEE_RUNS)
def metrics(request: ProjectRequest, project: Project, pk: int) -> StreamingHttpResponse:
    """Every figure of the run as CSV."""
    found = run_in(project, pk)
    response = StreamingHttpResponse(_csv(found), content_type="text/csv")
    response["Content-Disposition"] = f'attachment; filename="run-{found.pk}-figures.csv"'
    return response


@require_POST
@page(Right.TRAIN)
def stop(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """Ask the run to save and stop."""
    try:
        cancel_run(run=run_in(project, pk), by=request.user)
    except Conflict as error:
        messages.error(request, error.message)
    else:
        messages.info(request, "The run saves a checkpoint and stops.")
    return redirect("training:run", project.slug, pk)


@require_POST
@page(Right.TRAIN)
def resume(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """Go on from the last complete checkpoint."""
    try:
        resume_run(run=run_in(project, pk), by=request.user)
    except Conflict as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "The run goes on from its last checkpoint.")
    return redirect("training:run", project.slug, pk)


def _state(run: Run, reader: User) -> dict[str, Any]:
    rate, left = pace_of(run)
    checkpoints = list(
        run.checkpoints.filter(is_pruned=False)
        .select_related("model")
        .order_by("-step", "-is_final")
    )
    watched = watched_photos(run, reader)
    charts = charts_of(run)
    attempts = list(run.attempts.order_by("-number"))
    return {
        "run": run,
        "seen": _token(run),
        "recipe": recipes.get(run.recipe),
        "is_open": run.state in OPEN_STATES,
        "main_chart": charts[0] if charts else None,
        "iou_chart": iou_chart(run, mean_iou(watched)),
        "more_charts": charts[1:],
        "diary": diary(run),
        "watched": watched,
        "attempts": attempts,
        "checkpoints": checkpoints,
        "last_checkpoint": checkpoints[0] if checkpoints else None,
        "evaluations": evaluations_of(run.project).filter(model__checkpoint__run=run),
        "rate": rate,
        "left": left,
    }


def _token(run: Run) -> str:
    """Changes with whatever the page shows."""
    read = sum(run.attempts.values_list("events_offset", flat=True))
    return f"{run.state}.{int(run.is_stop_wanted)}.{run.step}.{read}.{run.phase}"


def _spec_rows(run: Run) -> list[tuple[str, list[tuple[str, Any]]]]:
    """The settings by title, in the recipe's groups."""
    groups: dict[str, list[tuple[str, Any]]] = {}
    for name, field in recipes.get(run.recipe).config_class.model_fields.items():
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        if name in run.config:
            row = (field.title or name, run.config[name])
            groups.setdefault(str(extra.get("group", "Other")), []).append(row)
    return list(groups.items())


class _Line:
    """A file for csv.writer that gives back what was written."""

    def write(self, text: str) -> str:
        return text


def _csv(run: Run) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield writer.writerow(["name", "step", "attempt", "value"])
    rows = metric_rows(run).values_list("name", "step", "attempt", "value")
    for name, *figures in rows.iterator(chunk_size=2000):
        yield writer.writerow([neutral_cell(name), *figures])
