"""Evaluations with their predictions, and the trail of a photo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.access import ProjectListView, ProjectView
from accounts.roles import Right
from catalog.selectors.photos import photo_in
from core.errors import InvalidInput
from core.web.bodies import parse
from training.api.bodies import EvaluationBody
from training.api.filters import EvaluationFilter
from training.api.shapes import EvaluationReply, PredictionReply, TrailStepReply
from training.models import Evaluation, Model, Prediction
from training.selectors.evaluations import (
    benchmark_version_in,
    evaluation_in,
    evaluations_of,
    predictions_for,
)
from training.selectors.lineage import trail_of_photo
from training.services.evaluating import evaluate_again, start_evaluation

Rights = Mapping[str, Right | None]


class EvaluationsView(ProjectListView):
    """/evaluations/."""

    rights: ClassVar[Rights] = {"GET": Right.SEE_RUNS, "POST": Right.TRAIN}
    serializer_class = EvaluationReply
    filterset_class = EvaluationFilter
    queryset = Evaluation.objects.none()

    @extend_schema(operation_id="evaluations_list", responses=EvaluationReply(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """Evaluations of the project's models, newest first."""
        return self.answer_page(evaluations_of(self.project))

    @extend_schema(
        operation_id="evaluations_start", request=EvaluationBody, responses={201: EvaluationReply}
    )
    def post(self, request: Request, slug: str) -> Response:
        """Ask a model for one crop of every photo of a frozen benchmark, in the background."""
        body = parse(EvaluationBody, request)
        model = Model.objects.filter(project=self.project, pk=body["model"]).first()
        if model is None:
            raise InvalidInput("There is no such model in this project.", field="model")
        version = benchmark_version_in(self.project, body["benchmark_version"])
        started = start_evaluation(
            model=model, benchmark_version=version, by=self.person,
            score_candidates=body["score_candidates"],
        )  # fmt: skip
        return Response(EvaluationReply(started).data, status=201)


class OneEvaluationView(ProjectView):
    """/evaluations/<id>/."""

    rights: ClassVar[Rights] = {"GET": Right.SEE_RUNS}

    @extend_schema(operation_id="evaluations_retrieve", responses=EvaluationReply)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """One evaluation: figures beside the baselines, with intervals."""
        return Response(EvaluationReply(evaluation_in(self.project, pk)).data)


class RepeatEvaluationView(ProjectView):
    """/evaluations/<id>/again/."""

    rights: ClassVar[Rights] = {"POST": Right.TRAIN}

    @extend_schema(operation_id="evaluations_again", request=None, responses=EvaluationReply)
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Go on with one that failed; what was predicted stays."""
        found = evaluate_again(evaluation=evaluation_in(self.project, pk), by=self.person)
        return Response(EvaluationReply(found).data)


class PredictionsView(ProjectListView):
    """/evaluations/<id>/predictions/."""

    rights: ClassVar[Rights] = {"GET": Right.SEE_RUNS}
    serializer_class = PredictionReply
    queryset = Prediction.objects.none()

    @extend_schema(operation_id="evaluations_predictions", responses=PredictionReply(many=True))
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """What the model answered, photo by photo; without photos the caller may still be asked
        about."""
        found = evaluation_in(self.project, pk)
        return self.answer_page(predictions_for(found, self.person))


class LineageView(ProjectView):
    """/photos/<id>/lineage/."""

    rights: ClassVar[Rights] = {"GET": Right.SEE_RUNS}

    @extend_schema(operation_id="photos_lineage", responses=TrailStepReply(many=True))
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """All that came of a photo, in the order of the main job; without others' answers while
        the caller may still be asked about it."""
        trail = trail_of_photo(photo_in(self.project, pk), self.person)
        return Response(TrailStepReply(trail, many=True).data)
