"""Scores and agreement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.access import ProjectListView, ProjectView
from accounts.api.jobs import JobSerializer
from accounts.roles import Right
from curation.api.shapes import AgreementSerializer, OneScoreSerializer, ScoreSerializer
from curation.models import Agreement, Score
from curation.selectors.scores import ScoreFilter, score_in, scores_of, votes_behind
from curation.services.scoring import start_full_scores


class ScoresView(ProjectListView):
    """/scores/."""

    rights: ClassVar[Mapping[str, Right | None]] = {"GET": Right.SEE_QUALITY}
    serializer_class = ScoreSerializer
    filterset_class = ScoreFilter
    queryset = Score.objects.none()

    @extend_schema(operation_id="scores_list", responses=ScoreSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """Scores of the project. Those of photos you may still be asked about are left out."""
        return self.answer_page(scores_of(self.project, self.person))


class OneScoreView(ProjectView):
    """/scores/<id>/."""

    rights: ClassVar[Mapping[str, Right | None]] = {"GET": Right.SEE_QUALITY}

    @extend_schema(operation_id="scores_retrieve", responses=OneScoreSerializer)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """One score with the votes behind it, counted or not."""
        score: Any = score_in(self.project, pk, self.person)
        score.votes = votes_behind(score)
        return Response(OneScoreSerializer(score).data)


class ComputeScoresView(ProjectView):
    """/scores/compute/."""

    rights: ClassVar[Mapping[str, Right | None]] = {"POST": Right.ADJUDICATE}

    @extend_schema(request=None, responses={202: JobSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Compute every score anew, in the background."""
        job = start_full_scores(project=self.project, by=self.person)
        return Response(JobSerializer(job).data, status=202)


class AgreementView(ProjectView):
    """/agreement/."""

    rights: ClassVar[Mapping[str, Right | None]] = {"GET": Right.SEE_QUALITY}

    @extend_schema(operation_id="agreement_list", responses=AgreementSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """How far the experts agree, by kind of score, as last computed."""
        rows = Agreement.objects.filter(project=self.project).order_by("kind", "part")
        return Response(AgreementSerializer(rows, many=True).data)
