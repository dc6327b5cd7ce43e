"""Exports and their files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.access import ProjectListView, ProjectView
from accounts.roles import Right
from core.web.bodies import StrictSerializer, parse
from curation.api.shapes import ExportSerializer, FormatSerializer
from curation.exporters import registry
from curation.models import Export
from curation.selectors.datasets import ExportFilter, export_in, exports_of, version_in
from curation.services.exporting import export_version
from curation.serving import file_response


class NewExportSerializer(StrictSerializer):
    """An export to write; options left out take their defaults, see /exports/formats/."""

    version = serializers.IntegerField()
    exporter = serializers.CharField(max_length=32)
    options = serializers.DictField(required=False)


class ExportsView(ProjectListView):
    """/exports/."""

    rights: ClassVar[Mapping[str, Right | None]] = {
        "GET": Right.SEE_DATASETS,
        "POST": Right.CURATE,
    }
    serializer_class = ExportSerializer
    filterset_class = ExportFilter
    queryset = Export.objects.none()

    def get_serializer_context(self) -> dict[str, Any]:
        """The links need the project's name in the address."""
        return {**super().get_serializer_context(), "slug": self.kwargs.get("slug", "")}

    @extend_schema(operation_id="exports_list", responses=ExportSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """Exports of all versions, newest first."""
        return self.answer_page(exports_of(self.project))

    @extend_schema(request=NewExportSerializer, responses={202: ExportSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Write a frozen version in a format, in the background."""
        body = parse(NewExportSerializer, request)
        export = export_version(
            version=version_in(self.project, body["version"]), exporter=body["exporter"],
            options=body.get("options", {}), by=self.person,
        )  # fmt: skip
        return Response(ExportSerializer(export, context={"slug": slug}).data, status=202)


class OneExportView(ProjectView):
    """/exports/<id>/."""

    rights: ClassVar[Mapping[str, Right | None]] = {"GET": Right.SEE_DATASETS}

    @extend_schema(operation_id="exports_retrieve", responses=ExportSerializer)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """One export with its files and their checksums."""
        found = export_in(self.project, pk)
        return Response(ExportSerializer(found, context={"slug": slug}).data)


class FormatsView(ProjectView):
    """/exports/formats/."""

    rights: ClassVar[Mapping[str, Right | None]] = {"GET": Right.SEE_DATASETS}

    @extend_schema(operation_id="exports_formats", responses=FormatSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """The formats, each with the JSON schema of its options."""
        rows = [
            {
                "name": each.name, "title": each.title, "description": each.description,
                "options": each.options_model.model_json_schema(),
            }
            for each in registry
        ]  # fmt: skip
        return Response(FormatSerializer(rows, many=True).data)


class ExportFileView(ProjectView):
    """/exports/<id>/files/<name>."""

    rights: ClassVar[Mapping[str, Right | None]] = {"GET": Right.SEE_DATASETS}

    @extend_schema(
        operation_id="exports_file",
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, slug: str, pk: int, name: str) -> HttpResponseBase:
        """One file of a ready export; ``export.zip`` holds everything."""
        return file_response(export_in(self.project, pk), name, by=self.person)
