"""An evaluation: figures beside the baselines, and every prediction drawn on its photo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Project
from accounts.roles import Right
from accounts.views.page import ProjectRequest, page
from core.charts import Bar, Chart, whisker_chart
from core.errors import Conflict
from core.models import Job
from measures.baselines import BASELINES, LARGEST_CROP, LARGEST_CROP_TITLE
from measures.metrics import Match, Metric, Placement, Ranking, of_kind
from training.models import Evaluation, EvaluationState
from training.selectors.evaluations import MOST_DRAWN, drawn_predictions, evaluation_in
from training.services.evaluating import evaluate_again

# What people look at first; any other metric stands after these.
FIRST = (
    "iou_max", "displacement", "recall_75", "nearest_acc", "tolerant_acc_85", "tolerant_acc_90",
    "acc_5", "acc_10", "weighted_acc_5", "weighted_acc_10", "srcc", "pcc",
)  # fmt: skip
ORDER = {name: place for place, name in enumerate(FIRST)}

KINDS: tuple[tuple[str, type[Any]], ...] = (
    ("Beside the boxes that count as right", Match),
    ("The box among the rated crops", Placement),
    ("Scores of the rated crops", Ranking),
)


@dataclass(frozen=True)
class Figure:
    """One metric: the model's value, and the chart with the baselines beside it."""

    title: str
    better: str
    about: str
    row: dict[str, Any]
    chart: Chart


@dataclass(frozen=True)
class Section:
    """The metrics that look at the same thing."""

    title: str
    figures: list[Figure]


@require_safe
@page(Right.SEE_RUNS)
def evaluation(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """One evaluation of the project."""
    found = evaluation_in(project, pk)
    job = Job.objects.filter(subject=f"evaluation/{pk}").order_by("-created_at").first()
    is_open = found.state in (EvaluationState.QUEUED, EvaluationState.RUNNING)
    drawn = drawn_predictions(found, request.user)
    predictions = found.predictions
    context = {
        "evaluation": found,
        "job": job,
        "is_open": is_open and job is not None and not job.has_ended,
        "failure": _failure(found, job),
        "sections": _sections(found),
        "drawn": drawn,
        "most": MOST_DRAWN,
        "asked": predictions.count(),
        "invalid": predictions.filter(box=None).count(),
    }
    return render(request, "training/evaluation.html", context)


@require_POST
@page(Right.TRAIN)
def again(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """Go on with an evaluation that failed."""
    try:
        evaluate_again(evaluation=evaluation_in(project, pk), by=request.user)
    except Conflict as error:
        messages.error(request, error.message)
    return redirect("training:evaluation", project.slug, pk)


def _failure(evaluation: Evaluation, job: Job | None) -> str:
    if evaluation.state == EvaluationState.DONE:
        return ""
    ended = job.error or job.message if job is not None and job.has_ended else ""
    return evaluation.error or ended


def _sections(evaluation: Evaluation) -> list[Section]:
    own = evaluation.figures.get("model", {})
    found = []
    for title, kind in KINDS:
        metrics = sorted(of_kind(kind), key=lambda each: ORDER.get(each.name, len(ORDER)))
        figures = [
            _figure(evaluation, each, own[each.name]) for each in metrics if each.name in own
        ]
        if figures:
            found.append(Section(title, figures))
    return found


def _figure(evaluation: Evaluation, metric: type[Metric[Any]], row: dict[str, Any]) -> Figure:
    about = evaluation.variant.get(metric.name, metric.about)
    known = {key: value for key, value in row.get("parts", {}).items() if value is not None}
    row = {**row, "parts": known}
    return Figure(metric.title, metric.better, about, row, _chart(evaluation, metric))


def _chart(evaluation: Evaluation, metric: type[Metric[Any]]) -> Chart:
    predictors = {"model": "this model", **{key: title for key, (title, _) in BASELINES.items()}}
    predictors[LARGEST_CROP] = LARGEST_CROP_TITLE
    bars = []
    for key, title in predictors.items():
        row = evaluation.figures.get(key, {}).get(metric.name)
        if row and row["value"] is not None:
            ink = 0 if key == "model" else 1
            bars.append(Bar(title, row["value"], row["low"], row["high"], row["n"], ink=ink))
    return whisker_chart(metric.title, bars, width=560, places=3, highest=1.0)
