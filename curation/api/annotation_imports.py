"""Imports of annotations: formats, sending files, watching, what is wrong, which photos wait."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import django_filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.access import ProjectListView, ProjectView
from accounts.api.jobs import JobSerializer
from accounts.roles import Right
from core.errors import InvalidInput
from core.web.bodies import StrictSerializer, parse
from core.web.uploads import takes_up_to
from curation.api.shapes import OneBenchmarkSerializer
from curation.importers import registry
from curation.models import AnnotationImport, AnnotationImportState, ImportFault, SourcePhoto
from curation.selectors.annotation_imports import (
    AnnotationImportRow,
    annotation_import_in,
    annotation_imports_of,
    faults_of,
    source_photos_of,
    with_import_jobs,
)
from curation.selectors.benchmarks import benchmark_in
from curation.services.annotation_imports import start_annotation_import
from curation.services.imported_benchmarks import hold_out_import


class ImportFormatSerializer(serializers.Serializer[Any]):
    """A format: which files it wants, the JSON schema of its options, a small example by file."""

    name = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    files = serializers.CharField()
    options = serializers.DictField()
    example = serializers.DictField(child=serializers.CharField())


class AnnotationImportSerializer(serializers.Serializer[Any]):
    """An import; ``counts`` says what came, ``wrong`` how many entries are wrong."""

    id = serializers.IntegerField()
    importer = serializers.CharField()
    title = serializers.CharField()
    options = serializers.DictField()
    state = serializers.ChoiceField(AnnotationImportState.choices)
    same_as = serializers.IntegerField(source="same_as_id", allow_null=True)
    wrong = serializers.IntegerField()
    counts = serializers.DictField(child=serializers.IntegerField())
    by = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class AnnotationImportDetailSerializer(AnnotationImportSerializer):
    """The same with its job and how many of its photos are here."""

    attached = serializers.SerializerMethodField()
    job = serializers.SerializerMethodField()

    def get_attached(self, found: AnnotationImport) -> int:
        """The caller has fetched it."""
        row: AnnotationImportRow = self.context["row"]
        return row.attached

    @extend_schema_field(JobSerializer(allow_null=True))
    def get_job(self, found: AnnotationImport) -> dict[str, Any] | None:
        """The caller has fetched it."""
        job = self.context["row"].job
        return dict(JobSerializer(job).data) if job is not None else None


class OptionsField(serializers.JSONField):
    """An object, as JSON text in a form."""

    def to_internal_value(self, data: Any) -> Any:
        """DRF's hook."""
        value = super().to_internal_value(data)
        if not isinstance(value, dict):
            raise serializers.ValidationError("Options are a JSON object.")
        return value


class NewAnnotationImportSerializer(StrictSerializer):
    """Files to import. ``files`` may be repeated; ``options`` is a JSON object."""

    importer = serializers.CharField(max_length=32)
    title = serializers.CharField(max_length=200, default="", allow_blank=True)
    options = OptionsField(default=dict, binary=True)
    with_photos = serializers.BooleanField(
        default=False, help_text="Import the photos of the archives, too; for curators."
    )
    photos_from = serializers.CharField(
        max_length=500, default="", allow_blank=True,
        help_text="A folder of the server or s3://bucket/folder with the photos; for curators.",
    )  # fmt: skip
    files = serializers.ListField(child=serializers.FileField(), min_length=1, max_length=100)


class NewFolderImportSerializer(StrictSerializer):
    """A folder of the server, or ``s3://bucket/folder``, below one that the administrator has named."""

    importer = serializers.CharField(max_length=32)
    title = serializers.CharField(max_length=200, default="", allow_blank=True)
    options = serializers.DictField(default=dict)
    with_photos = serializers.BooleanField(
        default=False, help_text="Import the photos of the folder, too; for curators."
    )
    photos_from = serializers.CharField(max_length=500, default="", allow_blank=True)
    folder = serializers.CharField(max_length=500)


class NewHoldOutSerializer(StrictSerializer):
    """A benchmark of the photos of an import."""

    name = serializers.CharField(max_length=120)
    part = serializers.CharField(max_length=32, default="", allow_blank=True)


class FaultSerializer(serializers.Serializer[Any]):
    """What is wrong with one line of one file; line 0 means the file as a whole."""

    id = serializers.IntegerField()
    file = serializers.CharField()
    line = serializers.IntegerField()
    about = serializers.CharField()
    message = serializers.CharField()


class SourcePhotoSerializer(serializers.Serializer[Any]):
    """A photo as the source names it; ``photo`` is ours, null while it is not here."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)
    part = serializers.CharField()
    photo = serializers.IntegerField(source="photo_id", allow_null=True)
    problem = serializers.CharField()


class AnnotationImportFilter(django_filters.FilterSet):
    """By state and format."""

    state = django_filters.ChoiceFilter(choices=AnnotationImportState.choices)
    importer = django_filters.CharFilter(max_length=32)


class SourcePhotoFilter(django_filters.FilterSet):
    """By whether the photo is here."""

    is_here = django_filters.BooleanFilter(
        field_name="photo", lookup_expr="isnull", exclude=True, help_text="The photo is here."
    )


@takes_up_to("MAX_ARCHIVE_BYTES")
class AnnotationImportsView(ProjectListView):
    """/annotation-imports/."""

    rights: ClassVar[Mapping[str, Right | None]] = {
        "GET": Right.SEE_PHOTOS,
        "POST": Right.IMPORT_ANNOTATIONS,
    }
    serializer_class = AnnotationImportSerializer
    filterset_class = AnnotationImportFilter
    queryset = AnnotationImport.objects.none()
    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="annotation_imports_list", responses=AnnotationImportSerializer(many=True)
    )
    def get(self, request: Request, slug: str) -> Response:
        """Imports of annotations, latest first."""
        return self.answer_page(annotation_imports_of(self.project))

    @extend_schema(
        request=NewAnnotationImportSerializer, responses={202: AnnotationImportDetailSerializer}
    )
    def post(self, request: Request, slug: str) -> Response:
        """Import annotation files, in the background; see /annotation-imports/formats/."""
        body = parse(NewAnnotationImportSerializer, request)
        made = start_annotation_import(
            project=self.project, importer=body["importer"], title=body["title"],
            options=body["options"], by=self.person, with_photos=body["with_photos"],
            photos_from=_place(body["photos_from"]),
            files=[(str(file.name), file) for file in body["files"]],
        )  # fmt: skip
        return _answer(made, status=202)


class ImportFolderView(ProjectView):
    """/annotation-imports/folder/."""

    rights: ClassVar[Mapping[str, Right | None]] = {"POST": Right.IMPORT_ANNOTATIONS}

    @extend_schema(
        request=NewFolderImportSerializer, responses={202: AnnotationImportDetailSerializer}
    )
    def post(self, request: Request, slug: str) -> Response:
        """Import the annotation files of a folder of the server or of a bucket."""
        body = parse(NewFolderImportSerializer, request)
        made = start_annotation_import(
            project=self.project, importer=body["importer"], title=body["title"],
            options=body["options"], by=self.person, folder=_place(body["folder"]),
            with_photos=body["with_photos"], photos_from=_place(body["photos_from"]),
        )  # fmt: skip
        return _answer(made, status=202)


class ImportFormatsView(ProjectView):
    """/annotation-imports/formats/."""

    rights: ClassVar[Mapping[str, Right | None]] = {"GET": Right.SEE_PHOTOS}

    @extend_schema(
        operation_id="annotation_imports_formats", responses=ImportFormatSerializer(many=True)
    )
    def get(self, request: Request, slug: str) -> Response:
        """The formats that can be read."""
        rows = [
            {
                "name": each.name, "title": each.title, "description": each.description,
                "files": each.files, "options": each.options_model.model_json_schema(),
                "example": dict(each.example),
            }
            for each in registry
        ]  # fmt: skip
        return Response(ImportFormatSerializer(rows, many=True).data)


class OneAnnotationImportView(ProjectView):
    """/annotation-imports/<id>/."""

    rights: ClassVar[Mapping[str, Right | None]] = {"GET": Right.SEE_PHOTOS}

    @extend_schema(
        operation_id="annotation_imports_retrieve", responses=AnnotationImportDetailSerializer
    )
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """How an import goes and what came."""
        return _answer(annotation_import_in(self.project, pk))


class FaultsView(ProjectListView):
    """/annotation-imports/<id>/faults/."""

    rights: ClassVar[Mapping[str, Right | None]] = {"GET": Right.SEE_PHOTOS}
    serializer_class = FaultSerializer
    queryset = ImportFault.objects.none()

    @extend_schema(operation_id="annotation_imports_faults", responses=FaultSerializer(many=True))
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """What is wrong, by line; at most 200 are kept."""
        return self.answer_page(faults_of(annotation_import_in(self.project, pk)))


class SourcePhotosView(ProjectListView):
    """/annotation-imports/<id>/photos/."""

    rights: ClassVar[Mapping[str, Right | None]] = {"GET": Right.SEE_PHOTOS}
    serializer_class = SourcePhotoSerializer
    filterset_class = SourcePhotoFilter
    queryset = SourcePhoto.objects.none()

    @extend_schema(
        operation_id="annotation_imports_photos", responses=SourcePhotoSerializer(many=True)
    )
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Its photos, each with ours if it is here."""
        return self.answer_page(source_photos_of(annotation_import_in(self.project, pk)))


class HoldOutView(ProjectView):
    """/annotation-imports/<id>/benchmark/."""

    rights: ClassVar[Mapping[str, Right | None]] = {"POST": Right.CURATE}

    @extend_schema(request=NewHoldOutSerializer, responses={201: OneBenchmarkSerializer})
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Hold out the photos of an import that are here, all of them or one part."""
        body = parse(NewHoldOutSerializer, request)
        found = annotation_import_in(self.project, pk)
        made = hold_out_import(found=found, by=self.person, **body)
        return Response(
            OneBenchmarkSerializer(benchmark_in(self.project, made.pk)).data, status=201
        )


def _place(text: str) -> str:
    if "\x00" in text:
        raise InvalidInput("There is no such folder on the server.", field="folder")
    return text


def _answer(found: AnnotationImport, *, status: int = 200) -> Response:
    (row,) = with_import_jobs([found])
    body = AnnotationImportDetailSerializer(found, context={"row": row}).data
    return Response(body, status=status)
