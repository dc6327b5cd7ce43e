"""Starting a run: choose a recipe, then a form drawn from its config."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Project
from accounts.roles import Right
from accounts.views.page import ProjectRequest, page
from core.errors import InvalidInput, NotFound
from core.web.forms import add_problem
from curation.models import Export, ExportState
from training.models import Checkpoint, Model, Run
from training.recipes import Recipe
from training.recipes import registry as recipes
from training.selectors.runs import run_in
from training.services.runs import EXPORTER, start_run
from training.views.forms import ConfigForm, PartsForm, parts_of


@require_safe
@page(Right.TRAIN)
def choose(request: ProjectRequest, project: Project) -> HttpResponse:
    """The recipes, and what is missing before a run can start. ``export=7`` is the data to take."""
    exports = _exports(project)
    kept = Checkpoint.objects.filter(run__project=project, is_pruned=False)
    context = {
        "recipes": sorted(recipes, key=lambda each: (each.needs_start, each.title)),
        "has_exports": exports.exists(),
        "export": _export(project, request.GET.get("export", "")),
        "has_models": Model.objects.filter(project=project).exists(),
        "has_checkpoints": kept.exists(),
        "exporter": EXPORTER,
    }
    return render(request, "training/choose_recipe.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Right.TRAIN)
def new_run(request: ProjectRequest, project: Project) -> HttpResponse:
    """The form of ``?recipe=``; a refusal stands beside the field it is about. ``like=7`` fills it in
    as run 7 was started, ``export=7`` chooses the data."""
    name = request.GET.get("recipe", "")
    if name not in recipes:
        raise NotFound("There is no such recipe.")
    plugin = recipes.get(name)
    data = request.POST if request.method == "POST" else None
    like = _like(project, request.GET.get("like", ""))
    export = _export(project, request.GET.get("export", ""))
    chosen = {"export": export.pk} if export else {}
    parts = PartsForm(project, plugin, data, initial=(parts_of(like) if like else {}) | chosen)
    config = ConfigForm(plugin, data, initial=like.config if like else None)
    if data is not None and parts.is_valid() and config.is_valid():
        try:
            return _start(request, project, plugin, parts, config)
        except InvalidInput as error:
            add_problem(config if error.field in config.fields else parts, error)
    context = {"recipe": plugin, "parts": parts, "config": config, "like": like}
    return render(request, "training/new_run.html", context, status=200 if data is None else 422)


def _exports(project: Project) -> QuerySet[Export]:
    return Export.objects.filter(
        version__dataset__project=project, state=ExportState.READY, exporter=EXPORTER
    ).select_related("version__dataset")


def _export(project: Project, number: str) -> Export | None:
    """The export that a link names; `NotFound` for one that no run could take."""
    if not number:
        return None
    pk = int(number) if number.isascii() and number.isdigit() else 0
    found = _exports(project).filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such export in this project that a run could be trained on.")
    return found


def _like(project: Project, number: str) -> Run | None:
    return run_in(project, int(number)) if number.isascii() and number.isdigit() else None


def _start(
    request: ProjectRequest,
    project: Project,
    recipe: type[Recipe],
    parts: PartsForm,
    config: ConfigForm,
) -> HttpResponse:
    # An empty field means the recipe's default.
    wanted = {name: value for name, value in config.cleaned_data.items() if value not in (None, "")}
    run = start_run(
        project=project, recipe=recipe.name, config=wanted, by=request.user, **parts.cleaned_data
    )
    messages.success(request, "The run is on its way: first a dry run on a few rows.")
    return redirect("training:run", project.slug, run.pk)
