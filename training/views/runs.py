"""Runs: the list, one run as it goes, its log, stop and resume."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Project
from accounts.roles import Right
from accounts.views.page import ProjectRequest, page
from core.web.paging import newest_first
from training.models import Run
from training.models.run import OPEN_STATES
from training.recipes import registry as recipes
from training.selectors.runs import charts_of, diary, log_tail, pace_of, run_in, runs_of
from training.selectors.samples import watched_photos
from training.services.runs import cancel_run, resume_run


@require_safe
@page(Right.SEE_RUNS)
def runs(request: ProjectRequest, project: Project) -> HttpResponse:
    """All runs, the newest first."""
    return render(request, "training/runs.html", {"page": newest_first(runs_of(project), request)})


@require_safe
@page(Right.SEE_RUNS)
def run(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """One run: what it is made of, how it goes, what it left."""
    found = run_in(project, pk)
    context = {**_state(found), "spec_rows": _spec_rows(found)}
    return render(request, "training/run.html", context)


@require_safe
@page(Right.SEE_RUNS)
def live(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """The part of the run's page that changes; it asks for itself again while the run is open."""
    return render(request, "training/run_live.html", _state(run_in(project, pk)))


@require_safe
@page(Right.SEE_RUNS)
def log(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """What the trainer printed, its last lines."""
    found = run_in(project, pk)
    return render(request, "training/run_log.html", {"run": found, "lines": log_tail(found)})


@require_POST
@page(Right.TRAIN)
def stop(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """Ask the run to save and stop."""
    found = cancel_run(run=run_in(project, pk), by=request.user)
    messages.info(request, "The run saves a checkpoint and stops.")
    return redirect("training:run", project.slug, found.pk)


@require_POST
@page(Right.TRAIN)
def resume(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """Go on from the last complete checkpoint."""
    found = resume_run(run=run_in(project, pk), by=request.user)
    messages.success(request, "The run goes on from its last checkpoint.")
    return redirect("training:run", project.slug, found.pk)


def _state(run: Run) -> dict[str, Any]:
    rate, left = pace_of(run)
    checkpoints = run.checkpoints.filter(is_pruned=False).select_related("model")
    return {
        "run": run,
        "recipe": recipes.get(run.recipe),
        "is_open": run.state in OPEN_STATES,
        "charts": charts_of(run),
        "diary": diary(run),
        "watched": watched_photos(run),
        "attempts": run.attempts.order_by("-number"),
        "checkpoints": checkpoints.order_by("-step", "-is_final"),
        "rate": rate,
        "left": left,
    }


def _spec_rows(run: Run) -> list[tuple[str, Any]]:
    """The settings by title, in the recipe's order."""
    fields = recipes.get(run.recipe).config_class.model_fields
    return [
        (field.title or name, run.config[name])
        for name, field in fields.items()
        if name in run.config
    ]
