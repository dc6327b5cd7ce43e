"""Datasets, versions and their samples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.access import ProjectListView, ProjectView
from accounts.roles import Right
from core.web.bodies import StrictSerializer, parse
from core.web.paging import NewestFirst
from curation.api.shapes import (
    DatasetSerializer,
    PreviewSerializer,
    SampleSerializer,
    VersionSerializer,
)
from curation.models import Dataset, DatasetVersion, Sample
from curation.rules import Rules, checked_rules
from curation.selectors.datasets import (
    SampleFilter,
    VersionFilter,
    dataset_in,
    datasets_of,
    version_in,
    versions_of,
)
from curation.services.freezing import create_dataset, freeze_version
from curation.services.previewing import preview_version


class NewDatasetSerializer(StrictSerializer):
    """A dataset to make."""

    name = serializers.CharField(max_length=120)
    description = serializers.CharField(max_length=5_000, required=False, allow_blank=True)


class RulesBodySerializer(StrictSerializer):
    """Rules to try; those left out take their defaults, see /versions/rules/."""

    rules = serializers.DictField(required=False)


class NewVersionSerializer(RulesBodySerializer):
    """A version to freeze."""

    dataset = serializers.IntegerField()


class ByIndex(NewestFirst):
    """Samples in their own order."""

    ordering = "index"


class DatasetsView(ProjectListView):
    """/datasets/."""

    rights: ClassVar[Mapping[str, Right | None]] = {
        "GET": Right.SEE_DATASETS,
        "POST": Right.CURATE,
    }
    serializer_class = DatasetSerializer
    queryset = Dataset.objects.none()

    @extend_schema(operation_id="datasets_list", responses=DatasetSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """Datasets of the project, newest first."""
        return self.answer_page(datasets_of(self.project))

    @extend_schema(request=NewDatasetSerializer, responses={201: DatasetSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Make a dataset; freeze its first version with POST /versions/."""
        body = parse(NewDatasetSerializer, request)
        made = create_dataset(project=self.project, by=self.person, **body)
        return Response(DatasetSerializer(made).data, status=201)


class OneDatasetView(ProjectView):
    """/datasets/<id>/."""

    rights: ClassVar[Mapping[str, Right | None]] = {"GET": Right.SEE_DATASETS}

    @extend_schema(operation_id="datasets_retrieve", responses=DatasetSerializer)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """One dataset."""
        found = dataset_in(self.project, pk)
        return Response(DatasetSerializer(datasets_of(self.project).get(pk=found.pk)).data)


class VersionsView(ProjectListView):
    """/versions/."""

    rights: ClassVar[Mapping[str, Right | None]] = {
        "GET": Right.SEE_DATASETS,
        "POST": Right.CURATE,
    }
    serializer_class = VersionSerializer
    filterset_class = VersionFilter
    queryset = DatasetVersion.objects.none()

    @extend_schema(operation_id="versions_list", responses=VersionSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """Versions of all datasets, newest first."""
        return self.answer_page(versions_of(self.project))

    @extend_schema(request=NewVersionSerializer, responses={202: VersionSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Freeze the next version of a dataset by these rules, in the background."""
        body = parse(NewVersionSerializer, request)
        version = freeze_version(
            dataset=dataset_in(self.project, body["dataset"]), rules=body.get("rules", {}),
            by=self.person,
        )  # fmt: skip
        return Response(VersionSerializer(version).data, status=202)


class OneVersionView(ProjectView):
    """/versions/<id>/."""

    rights: ClassVar[Mapping[str, Right | None]] = {"GET": Right.SEE_DATASETS}

    @extend_schema(operation_id="versions_retrieve", responses=VersionSerializer)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """One version with its digest, counts and report."""
        return Response(VersionSerializer(version_in(self.project, pk)).data)


class RulesView(ProjectView):
    """/versions/rules/."""

    rights: ClassVar[Mapping[str, Right | None]] = {"GET": Right.SEE_DATASETS}

    @extend_schema(operation_id="versions_rules", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, slug: str) -> Response:
        """The JSON schema of the rules: names, limits, defaults and what they mean."""
        return Response(Rules.model_json_schema())


class PreviewView(ProjectView):
    """/versions/preview/."""

    rights: ClassVar[Mapping[str, Right | None]] = {"POST": Right.CURATE}

    @extend_schema(request=RulesBodySerializer, responses=PreviewSerializer)
    def post(self, request: Request, slug: str) -> Response:
        """What these rules would freeze now; nothing is written."""
        rules = checked_rules(parse(RulesBodySerializer, request).get("rules", {}))
        found = preview_version(project=self.project, rules=rules)
        counts = {
            f"{kind}/{split}": number
            for kind, counter in found.counts.items()
            for split, number in counter.items()
        }
        answer = {
            "total": found.total, "is_partial": found.is_partial, "counts": counts,
            "lost": found.lost.as_json(),
        }  # fmt: skip
        return Response(PreviewSerializer(answer).data)


class SamplesView(ProjectListView):
    """/versions/<id>/samples/."""

    rights: ClassVar[Mapping[str, Right | None]] = {"GET": Right.SEE_DATASETS}
    serializer_class = SampleSerializer
    filterset_class = SampleFilter
    pagination_class = ByIndex
    queryset = Sample.objects.none()

    @extend_schema(operation_id="versions_samples", responses=SampleSerializer(many=True))
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """The samples of a version, in order."""
        version = version_in(self.project, pk)
        return self.answer_page(version.samples.select_related("photo"))
