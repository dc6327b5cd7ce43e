"""Starting a run: choose a recipe, then a form drawn from its config."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Project
from accounts.roles import Right
from accounts.views.page import ProjectRequest, page
from core.errors import InvalidInput
from curation.models import Export, ExportState
from training.models import Model
from training.recipes import Recipe
from training.recipes import registry as recipes
from training.services.runs import start_run
from training.views.forms import ConfigForm, PartsForm


@require_safe
@page(Right.TRAIN)
def choose(request: ProjectRequest, project: Project) -> HttpResponse:
    """The recipes, and what is missing before a run can start."""
    exports = Export.objects.filter(version__dataset__project=project, state=ExportState.READY)
    context = {
        "recipes": list(recipes),
        "has_exports": exports.exists(),
        "has_models": Model.objects.filter(project=project).exists(),
    }
    return render(request, "training/choose_recipe.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Right.TRAIN)
def new_run(request: ProjectRequest, project: Project, recipe: str) -> HttpResponse:
    """The form of one recipe; a refusal stands beside the field it is about."""
    plugin = recipes.get(recipe.replace("-", "_"))
    data = request.POST if request.method == "POST" else None
    parts, config = PartsForm(project, plugin, data), ConfigForm(plugin, data)
    if data is not None and parts.is_valid() and config.is_valid():
        try:
            return _start(request, project, plugin, parts, config)
        except InvalidInput as error:
            _show(parts, config, error)
    context = {"recipe": plugin, "parts": parts, "config": config}
    status = 200 if data is None else 422
    return render(request, "training/new_run.html", context, status=status)


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
    messages.success(request, "The run is on its way.")
    return redirect("training:run", project.slug, run.pk)


def _show(parts: PartsForm, config: ConfigForm, error: InvalidInput) -> None:
    if error.field in config.fields:
        config.add_error(error.field, error.message)
    else:
        parts.add_error(error.field if error.field in parts.fields else None, error.message)
