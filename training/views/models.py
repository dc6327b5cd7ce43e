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
from core.web.paging import newest_first
from training.models import Evaluation, Model
from training.selectors.runs import model_in
from training.services.evaluating import start_evaluation
from training.services.promoting import promote as promote_model
from training.services.registering import register_base
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
                form.add_error(error.field if error.field in form.fields else None, error.message)
            else:
                messages.success(request, f"{added.name} can be trained and evaluated now.")
                return redirect("training:models", project.slug)
    rows = Model.objects.filter(project=project).select_related("checkpoint__run", "by")
    context = {"page": newest_first(rows, request), "form": form, "folders": _folders(),
               "root": settings.MODELS_DIR}  # fmt: skip
    return render(request, "training/models.html", context, status=422 if form.errors else 200)


def _folders() -> list[str]:
    root = Path(settings.MODELS_DIR)
    found = [path.parent.relative_to(root).as_posix() for path in root.glob("*/config.json")]
    return sorted(found)


@require_safe
@page(Right.SEE_RUNS)
def model(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """One model: where it comes from, its figures, what it drafts."""
    found = model_in(project, pk)
    evaluations = Evaluation.objects.filter(model=found).select_related(
        "benchmark_version__benchmark", "by"
    )
    context = {
        "model": found,
        "evaluations": evaluations.order_by("-pk"),
        "source": DraftSource.objects.filter(project=project, made_from=f"model/{pk}").first(),
        "evaluate_form": EvaluateForm(project),
        "promote_form": PromoteForm(),
    }
    return render(request, "training/model.html", context)


@require_POST
@page(Right.TRAIN)
def evaluate(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """Start an evaluation on a frozen benchmark."""
    form = EvaluateForm(project, request.POST)
    if not form.is_valid():
        messages.error(request, "Choose a benchmark version of this project.")
        return redirect("training:model", project.slug, pk)
    started = start_evaluation(
        model=model_in(project, pk), by=request.user,
        benchmark_version=form.cleaned_data["benchmark_version"],
    )  # fmt: skip
    return redirect("training:evaluation", project.slug, started.pk)


@require_POST
@page(Right.TRAIN)
def promote(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """Put the model back to drafting."""
    form = PromoteForm(request.POST)
    if form.is_valid():
        source = promote_model(
            model=model_in(project, pk), share=form.cleaned_data["share"], by=request.user
        )
        messages.success(request, f"{source.name} is a draft source now.")
    else:
        messages.error(request, "The share is a number from 0 to 1.")
    return redirect("training:model", project.slug, pk)
