"""Benchmarks and their frozen references."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.access import ProjectListView, ProjectView
from accounts.roles import Right
from annotation.selectors.campaigns import campaign_in
from core.web.bodies import StrictSerializer, parse
from curation.api.shapes import (
    BenchmarkSerializer,
    BenchmarkVersionSerializer,
    OneBenchmarkSerializer,
    OneBenchmarkVersionSerializer,
)
from curation.models import Benchmark, BenchmarkVersion
from curation.selectors.benchmarks import benchmark_in, benchmarks_of, references_of, version_of
from curation.services.benchmarks import RULES, draw_benchmark, freeze_references


class DrawSerializer(StrictSerializer):
    """A benchmark to draw."""

    name = serializers.CharField(max_length=120)
    share = serializers.FloatField(help_text="Which part of the ready photos, between 0 and 1.")
    seed = serializers.IntegerField(min_value=0, max_value=2**63 - 1)


class FreezeReferencesSerializer(StrictSerializer):
    """What is to count as right."""

    rule = serializers.ChoiceField(list(RULES.items()))
    campaign = serializers.IntegerField(
        required=False, help_text="The cross-review whose frames count, by the rule agreed."
    )


class BenchmarksView(ProjectListView):
    """/benchmarks/."""

    rights: ClassVar[Mapping[str, Right | None]] = {
        "GET": Right.SEE_DATASETS,
        "POST": Right.CURATE,
    }
    serializer_class = BenchmarkSerializer
    queryset = Benchmark.objects.none()

    @extend_schema(operation_id="benchmarks_list", responses=BenchmarkSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """Benchmarks of the project, newest first."""
        return self.answer_page(benchmarks_of(self.project))

    @extend_schema(request=DrawSerializer, responses={201: OneBenchmarkSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Draw a benchmark, whole likeness groups at a time; it never changes afterwards."""
        body = parse(DrawSerializer, request)
        made = draw_benchmark(project=self.project, by=self.person, **body)
        found = benchmark_in(self.project, made.pk)
        return Response(OneBenchmarkSerializer(found).data, status=201)


class OneBenchmarkView(ProjectView):
    """/benchmarks/<id>/."""

    rights: ClassVar[Mapping[str, Right | None]] = {"GET": Right.SEE_DATASETS}

    @extend_schema(operation_id="benchmarks_retrieve", responses=OneBenchmarkSerializer)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """One benchmark with its photos."""
        return Response(OneBenchmarkSerializer(benchmark_in(self.project, pk)).data)


class BenchmarkVersionsView(ProjectListView):
    """/benchmarks/<id>/versions/."""

    rights: ClassVar[Mapping[str, Right | None]] = {
        "GET": Right.SEE_DATASETS,
        "POST": Right.CURATE,
    }
    serializer_class = BenchmarkVersionSerializer
    queryset = BenchmarkVersion.objects.none()

    @extend_schema(
        operation_id="benchmarks_versions_list", responses=BenchmarkVersionSerializer(many=True)
    )
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Frozen references, newest first."""
        rows = benchmark_in(self.project, pk).versions.select_related("by")
        return self.answer_page(rows)

    @extend_schema(
        request=FreezeReferencesSerializer, responses={201: OneBenchmarkVersionSerializer}
    )
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Freeze what counts as right now; every photo needs at least one box."""
        benchmark = benchmark_in(self.project, pk)
        body = parse(FreezeReferencesSerializer, request)
        said = body.get("campaign")
        campaign = None if said is None else campaign_in(self.project, said)
        version = freeze_references(
            benchmark=benchmark, rule=body["rule"], campaign=campaign, by=self.person
        )
        return Response(_with_boxes(version), status=201)


class OneBenchmarkVersionView(ProjectView):
    """/benchmarks/<id>/versions/<number>/."""

    rights: ClassVar[Mapping[str, Right | None]] = {"GET": Right.SEE_DATASETS}

    @extend_schema(
        operation_id="benchmarks_versions_retrieve", responses=OneBenchmarkVersionSerializer
    )
    def get(self, request: Request, slug: str, pk: int, number: int) -> Response:
        """The references of one version."""
        version = version_of(benchmark_in(self.project, pk), number)
        return Response(_with_boxes(version))


def _with_boxes(version: BenchmarkVersion | None) -> dict[str, Any]:
    if version is None:
        return {}
    rows = {"references": references_of(version)}
    fields = ("id", "number", "rule", "digest", "campaign_id", "by", "created_at")
    shown = {name: getattr(version, name) for name in fields} | rows
    return dict(OneBenchmarkVersionSerializer(shown).data)
