"""An evaluation: figures beside the baselines, and every prediction drawn on its photo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Project
from accounts.roles import Right
from accounts.views.page import ProjectRequest, page
from core.charts import Bar, Chart, whisker_chart
from core.errors import NotFound
from core.models import Job
from measures.baselines import BASELINES
from measures.metrics import registry
from training.models import Evaluation, EvaluationState, Prediction

MOST_PHOTOS = 120


@dataclass(frozen=True)
class Row:
    """One photo: what the model answered beside what counts as right."""

    prediction: Prediction
    frames: list[dict[str, Any]]


@require_safe
@page(Right.SEE_RUNS)
def evaluation(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """One evaluation of the project."""
    rows = Evaluation.objects.filter(project=project).select_related(
        "model", "benchmark_version__benchmark", "by"
    )
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such evaluation in this project.")
    job = Job.objects.filter(subject=f"evaluation/{pk}").order_by("-created_at").first()
    context = {
        "evaluation": found,
        "job": job,
        "is_open": found.state in (EvaluationState.QUEUED, EvaluationState.RUNNING),
        "charts": _charts(found),
        "about": [(metric.title, metric.about) for metric in registry],
        "rows": _rows(found),
    }
    return render(request, "training/evaluation.html", context)


def _charts(evaluation: Evaluation) -> list[Chart]:
    figures = evaluation.figures
    if not figures:
        return []
    predictors = {"model": evaluation.model.name, **{k: t for k, (t, _) in BASELINES.items()}}
    return [
        whisker_chart(
            f"{metric.title} ({'higher' if metric.better == 'higher' else 'lower'} is better)",
            [
                Bar(title, row["value"], row["low"], row["high"], row["n"],
                    ink=0 if key == "model" else 1)
                for key, title in predictors.items()
                if (row := figures.get(key, {}).get(metric.name)) and row["value"] is not None
            ],
            width=560,
        )
        for metric in registry
    ]  # fmt: skip


def _rows(evaluation: Evaluation) -> list[Row]:
    """Worst first: that is where there is something to learn."""
    references = {row.photo_id: row.boxes for row in evaluation.benchmark_version.references.all()}
    predictions = evaluation.predictions.select_related("photo")
    ordered = sorted(predictions, key=lambda each: each.figures.get("iou_max", 0.0))
    return [Row(each, _frames(each, references.get(each.photo_id, []))) for each in ordered][
        :MOST_PHOTOS
    ]


def _frames(prediction: Prediction, references: list[Any]) -> list[dict[str, Any]]:
    frames = [{"box": box, "label": "", "kind": "expert"} for box in references]
    if prediction.box:
        frames.append({"box": prediction.box, "label": "", "kind": "model"})
    return frames
