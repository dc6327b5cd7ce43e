"""Pairs, raters and the report: what the quality pages show, from the same stored figures."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.access import ProjectListView, ProjectView
from accounts.roles import Right
from catalog.models import Photo
from core.errors import NotFound
from curation.api.quality_shapes import (
    ComparedPhotoSerializer,
    OneComparedPhotoSerializer,
    OneRaterSerializer,
    PairFiguresSerializer,
    QualityReportSerializer,
    RaterSerializer,
)
from curation.models import PairFigures, ProtocolReport
from curation.selectors.comparisons import (
    ComparedPhoto,
    compared_photos,
    comparisons_in,
    favoured_side,
    with_comparisons,
)
from curation.selectors.raters import rater_seen_by, raters_seen_by
from measures.statistics.known import Known, Maybe, NotKnown, value_or_none

HIDDEN: dict[str, Any] = dict.fromkeys(("crops", "votes", "people", "groups", "best_crop"))


class PairsView(ProjectListView):
    """/pairs/."""

    rights: ClassVar[Mapping[str, Right | None]] = {"GET": Right.SEE_QUALITY}
    serializer_class = ComparedPhotoSerializer
    queryset = Photo.objects.none()

    @extend_schema(operation_id="pairs_list", responses=ComparedPhotoSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """Photos whose crops were compared, newest first."""
        photos = self.paginate_queryset(compared_photos(self.project)) or []
        rows = [_row(each) for each in with_comparisons(self.project, photos, self.person)]
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)


class PairFiguresView(ProjectView):
    """/pairs/figures/."""

    rights: ClassVar[Mapping[str, Right | None]] = {"GET": Right.SEE_QUALITY}

    @extend_schema(operation_id="pairs_figures", responses=PairFiguresSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """All pair votes together; 404 before they were first counted."""
        row = PairFigures.objects.filter(project=self.project).first()
        if row is None:
            raise NotFound("No pair votes of this project have been counted yet.")
        return Response(PairFiguresSerializer(row).data)


class OnePhotosPairsView(ProjectView):
    """/pairs/<photo>/."""

    rights: ClassVar[Mapping[str, Right | None]] = {"GET": Right.SEE_QUALITY}

    @extend_schema(operation_id="pairs_retrieve", responses=OneComparedPhotoSerializer)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """One photo: worths, comparisons, and which to ask next. Not while you may be asked."""
        found = comparisons_in(self.project, pk, self.person)
        return Response(OneComparedPhotoSerializer({**_row(found), **_details(found)}).data)


class RatersView(ProjectView):
    """/raters/."""

    rights: ClassVar[Mapping[str, Right | None]] = {"GET": None}

    @extend_schema(operation_id="raters_list", responses=RaterSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """Everybody who rated, by name, once for each scale. Experts see themselves alone."""
        found = raters_seen_by(self.project, self.person)
        return Response(RaterSerializer(found, many=True).data)


class OneRaterView(ProjectView):
    """/raters/<person>/."""

    rights: ClassVar[Mapping[str, Right | None]] = {"GET": None}

    @extend_schema(operation_id="raters_retrieve", responses=OneRaterSerializer)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """One person on each scale, and the side favoured in pairs. Experts see themselves alone."""
        scales = rater_seen_by(self.project, pk, self.person)
        side = favoured_side(self.project, pk)
        return Response(OneRaterSerializer({"scales": scales, "side": side}).data)


class ReportView(ProjectView):
    """/report/."""

    rights: ClassVar[Mapping[str, Right | None]] = {"GET": Right.SEE_QUALITY}

    @extend_schema(operation_id="report_list", responses=QualityReportSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """The report of each scale that has votes."""
        rows: list[Any] = list(ProtocolReport.objects.filter(project=self.project).order_by("kind"))
        for row in rows:
            row.sos_a = _maybe(row.figures["sos_a"])
            row.noise_ceiling = _maybe(row.figures["ceiling"])
        return Response(QualityReportSerializer(rows, many=True).data)


def _maybe(told: float | str | None) -> dict[str, Any]:
    words = told if isinstance(told, str) else ""
    return {"value": None if isinstance(told, str) else told, "unknown": words}


def _row(found: ComparedPhoto | Photo) -> dict[str, Any]:
    if isinstance(found, Photo):
        return {"photo": found.pk, "is_hidden": True, **HIDDEN}
    ranked = found.ranked()
    best = ranked.value[0][0].pk if isinstance(ranked, Known) and ranked.value else None
    return {
        "photo": found.photo.pk, "is_hidden": False, "crops": len(found.crops),
        "votes": found.votes.n, "people": len(found.votes.people), "groups": found.n_groups,
        "best_crop": best,
    }  # fmt: skip


def _details(found: ComparedPhoto) -> dict[str, Any]:
    ranked = found.ranked()
    worths = ranked.value if isinstance(ranked, Known) else []
    return {
        "is_regularised": found.is_regularised,
        "unknown": "" if isinstance(ranked, Known) else str(ranked),
        "worths": [
            {"crop": crop.pk, "worth": score.worth, "n": score.n, **_ends(score.interval)}
            for crop, score in worths
        ],
        "comparisons": [each for each in _comparisons(found) if _is_asked(each)],
        "suggestions": found.suggestions(),
    }


def _ends(interval: Maybe[Any]) -> dict[str, Any]:
    span = value_or_none(interval)
    unknown = str(interval) if isinstance(interval, NotKnown) else ""
    return {
        "low": span.low if span else None, "high": span.high if span else None, "unknown": unknown,
    }  # fmt: skip


def _comparisons(found: ComparedPhoto) -> list[dict[str, Any]]:
    return [
        {
            "first": one.pk, "second": other.pk, "for_first": found.won(one, other),
            "for_second": found.won(other, one),
        }
        for one, other in combinations(found.crops, 2)
    ]  # fmt: skip


def _is_asked(row: Mapping[str, Any]) -> bool:
    return bool(row["for_first"] or row["for_second"])
