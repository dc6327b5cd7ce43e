"""Reading evaluations: rows, and their predictions beside what counts as right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.models import Project, User
from annotation.models import DraftSource
from core.errors import InvalidInput, NotFound
from curation.models import BenchmarkVersion
from curation.selectors.blindness import hidden_photos
from training.models import Evaluation, EvaluationState, Model, Prediction

MOST_DRAWN = 120


@dataclass(frozen=True)
class Drawn:
    """One photo: what the model answered, and ``frames`` with the experts' boxes."""

    prediction: Prediction
    frames: list[dict[str, Any]]


def evaluations_of(project: Project) -> QuerySet[Evaluation]:
    """All evaluations with what a list shows."""
    return Evaluation.objects.filter(project=project).select_related(
        "model__checkpoint", "benchmark_version__benchmark", "by", "project"
    )


def evaluation_in(project: Project, pk: int) -> Evaluation:
    """One evaluation of the project, or `NotFound`."""
    found = evaluations_of(project).filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such evaluation in this project.")
    return found


@dataclass(frozen=True)
class ListedModel:
    """A model with its newest finished evaluation, and whether it drafts now."""

    model: Model
    evaluation: Evaluation | None
    is_drafting: bool


def rows_with_figures(project: Project, models: Sequence[Model]) -> list[ListedModel]:
    """The models of one page of a list, in two more queries."""
    done = evaluations_of(project).filter(model__in=models, state=EvaluationState.DONE)
    newest = {each.model_id: each for each in done.order_by("pk")}
    drafting = set(
        DraftSource.objects.filter(project=project, is_active=True, share__gt=0)
        .exclude(made_from="")
        .values_list("made_from", flat=True)
    )
    return [
        ListedModel(model, newest.get(model.pk), f"model/{model.pk}" in drafting)
        for model in models
    ]


def benchmark_version_in(project: Project, pk: int) -> BenchmarkVersion:
    """Frozen references of the project, or `InvalidInput`."""
    found = BenchmarkVersion.objects.filter(benchmark__project=project, pk=pk).first()
    if found is None:
        raise InvalidInput(
            "There is no such benchmark version in this project.", field="benchmark_version"
        )
    return found


def predictions_for(evaluation: Evaluation, reader: User) -> QuerySet[Prediction]:
    """The predictions, but for photos that the reader may still be asked about."""
    rows = evaluation.predictions.select_related("photo").order_by("pk")
    hidden = hidden_photos(evaluation.project, reader)
    return rows if hidden is None else rows.exclude(hidden)


def drawn_predictions(evaluation: Evaluation, reader: User) -> list[Drawn]:
    """Worst first: that is where there is something to learn."""
    references = dict(evaluation.benchmark_version.references.values_list("photo_id", "boxes"))
    rows = predictions_for(evaluation, reader)
    worst = sorted(rows, key=lambda each: each.figures.get("iou_max", 0.0))[:MOST_DRAWN]
    return [Drawn(each, _frames(each, references.get(each.photo_id, []))) for each in worst]


def _frames(prediction: Prediction, references: list[Any]) -> list[dict[str, Any]]:
    frames = [{"box": box, "label": "", "kind": "expert"} for box in references]
    if prediction.box:
        frames.append({"box": prediction.box, "label": "", "kind": "model"})
    return frames
