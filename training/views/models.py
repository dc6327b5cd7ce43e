"""Models: the list, one model with its evaluations, evaluate and promote."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Project
from accounts.roles import Right, require
from accounts.views.page import ProjectRequest, page
from annotation.models import DraftSource
from core.errors import ReframeError
from core.web.forms import add_problem
from core.web.paging import newest_first
from training.selectors.evaluations import evaluations_of, rows_with_figures
from training.selectors.runs import checkpoint_in, model_in, models_of, runs_of
from training.services.evaluating import start_evaluation
from training.services.promoting import promote as promote_model
from training.services.registering import register_base, register_checkpoint
from training.views.forms import BaseModelForm, EvaluateForm, PromoteForm


@require_http_methods(["GET", "HEAD", "POST"])
@page(Right.SEE_RUNS)
def models(request: ProjectRequest, project: Project) -> HttpResponse:
    """All models; a researcher adds a base model from the models' folder."""
    form = BaseModelForm(_folders(), request.POST or None)
    if request.method == "POST":
        require(request.user, Right.TRAIN, project)
        if form.is_valid():
            try:
                added = register_base(project=project, by=request.user, **form.cleaned_data)
            except ReframeError as error:
                add_problem(form, error)
            else:
                messages.success(request, f"{added.name} can be trained and evaluated now.")
                return redirect("training:models", project.slug)
    found = newest_first(models_of(project), request)
    context = {
        "page": found,
        "rows": rows_with_figures(project, found.rows),
        "form": form,
        "folders": _folders(),
        "root": settings.MODELS_DIR,
    }
    return render(request, "training/models.html", context, status=422 if form.errors else 200)


def _folders() -> list[str]:
    """Folders that look like a model, at most two levels deep: owner/name, as models are named."""
    root = Path(settings.MODELS_DIR)
    found = [path.parent for depth in ("*", "*/*") for path in root.glob(f"{depth}/config.json")]
    return sorted(path.relative_to(root).as_posix() for path in found)


@require_safe
@page(Right.SEE_RUNS)
def model(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """One model: where it comes from, its figures, what it drafts."""
    found = model_in(project, pk)
    source = DraftSource.objects.filter(project=project, made_from=f"model/{pk}").first()
    context = {
        "model": found,
        "evaluations": evaluations_of(project).filter(model=found).order_by("-pk"),
        "source": source,
        "drafts": source.drafts.count() if source else 0,
        "trained": runs_of(project).filter(base_model=found).order_by("-pk")[:20],
        "evaluate_form": EvaluateForm(project),
        "promote_form": PromoteForm(initial={"share": source.share if source else 1}),
    }
    return render(request, "training/model.html", context)


@require_POST
@page(Right.TRAIN)
def evaluate(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """Start an evaluation on a frozen benchmark."""
    found, form = model_in(project, pk), EvaluateForm(project, request.POST)
    if not form.is_valid():
        messages.error(request, "Choose frozen references of this project.")
        return redirect("training:model", project.slug, pk)
    try:
        started = start_evaluation(model=found, by=request.user, **form.cleaned_data)
    except ReframeError as error:
        messages.error(request, str(error))
        return redirect("training:model", project.slug, pk)
    return redirect("training:evaluation", project.slug, started.pk)


@require_POST
@page(Right.TRAIN)
def promote(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """Put the model back to drafting."""
    found, form = model_in(project, pk), PromoteForm(request.POST)
    if not form.is_valid():
        messages.error(request, "The share is a number from 0 to 1.")
        return redirect("training:model", project.slug, pk)
    try:
        source = promote_model(model=found, by=request.user, **form.cleaned_data)
    except ReframeError as error:
        messages.error(request, str(error))
    else:
        share = f"{source.share:.0%} of the photos"
        messages.success(request, f"{source.name} is a draft source now, for {share}.")
    return redirect("training:model", project.slug, pk)


@require_POST
@page(Right.TRAIN)
def register(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """Make a checkpoint a model."""
    checkpoint = checkpoint_in(project, pk)
    name = f"{checkpoint.run.name[:80]} (run {checkpoint.run_id}, step {checkpoint.step})"
    try:
        added = register_checkpoint(checkpoint=checkpoint, name=name, by=request.user)
    except ReframeError as error:
        messages.error(request, str(error))
        return redirect("training:run", project.slug, checkpoint.run_id)
    return redirect("training:model", project.slug, added.pk)
