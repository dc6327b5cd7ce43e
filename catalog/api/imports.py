"""Imports: open one, add files, close it, watch; or hand in an archive or a folder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.access import ProjectListView, ProjectView
from accounts.api.jobs import JobSerializer
from accounts.models import Project
from accounts.roles import Right
from catalog.api.shapes import FileSerializer, ImportDetailSerializer, ImportSerializer
from catalog.models import ImportedFile, ImportedFileState, PhotoImport
from catalog.selectors.imports import import_in, imports_of, with_jobs
from catalog.services.credits import LIMITS
from catalog.services.importing import (
    close_import,
    import_archive,
    import_folder,
    open_import,
    stage_file,
)
from core.web.bodies import StrictSerializer, parse
from core.web.uploads import takes_up_to


class DefaultsSerializer(StrictSerializer):
    """The credit of all photos that bring none of their own."""

    author = serializers.CharField(max_length=LIMITS["author"], default="", allow_blank=True)
    licence = serializers.CharField(max_length=LIMITS["licence"], default="", allow_blank=True)
    source = serializers.CharField(max_length=LIMITS["source"], default="", allow_blank=True)  # type: ignore[assignment]


class NewImportSerializer(DefaultsSerializer):
    """An import to open."""

    title = serializers.CharField(max_length=200, default="", allow_blank=True)


class ArchiveSerializer(DefaultsSerializer):
    """A zip or tar file."""

    file = serializers.FileField()


class FolderSerializer(DefaultsSerializer):
    """A folder of the server, or ``s3://bucket/folder``, below one that the administrator has named."""

    folder = serializers.CharField(max_length=500)


class NewFileSerializer(StrictSerializer):
    """One photo, or the manifest."""

    file = serializers.FileField()


class FileFilter(django_filters.FilterSet):
    """By state."""

    state = django_filters.ChoiceFilter(choices=ImportedFileState.choices)


class ImportsView(ProjectListView):
    """/imports/."""

    rights: ClassVar[Mapping[str, Right | None]] = {
        "GET": Right.SEE_PHOTOS,
        "POST": Right.IMPORT_PHOTOS,
    }
    serializer_class = ImportSerializer
    queryset = PhotoImport.objects.none()

    @extend_schema(operation_id="imports_list", responses=ImportSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """Imports of the project, latest first."""
        return self.answer_page(imports_of(self.project))

    @extend_schema(request=NewImportSerializer, responses={201: ImportDetailSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Open an import; add files to it, then close it."""
        body = parse(NewImportSerializer, request)
        title = body.pop("title")
        opened = open_import(
            project=self.project, way="api", by=self.person, title=title, defaults=body
        )
        return _answer(self.project, opened.pk, status=201)


class OneImportView(ProjectView):
    """/imports/<id>/."""

    rights: ClassVar[Mapping[str, Right | None]] = {"GET": Right.SEE_PHOTOS}

    @extend_schema(operation_id="imports_retrieve", responses=ImportDetailSerializer)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """How an import goes."""
        return _answer(self.project, pk)


class ImportFilesView(ProjectListView):
    """/imports/<id>/files/."""

    rights: ClassVar[Mapping[str, Right | None]] = {
        "GET": Right.SEE_PHOTOS,
        "POST": Right.IMPORT_PHOTOS,
    }
    serializer_class = FileSerializer
    filterset_class = FileFilter
    queryset = ImportedFile.objects.none()
    parser_classes = (MultiPartParser,)

    @extend_schema(operation_id="import_files_list", responses=FileSerializer(many=True))
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Its files, last first, each with what became of it."""
        found = import_in(self.project, pk)
        return self.answer_page(ImportedFile.objects.filter(photo_import=found))

    @extend_schema(request=NewFileSerializer, responses={201: FileSerializer})
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Add one file; it is read after the import is closed."""
        found = import_in(self.project, pk)
        file = parse(NewFileSerializer, request)["file"]
        row = stage_file(photo_import=found, name=str(file.name), stream=file)
        return Response(FileSerializer(row).data, status=201)


class CloseImportView(ProjectView):
    """/imports/<id>/close/."""

    rights: ClassVar[Mapping[str, Right | None]] = {"POST": Right.IMPORT_PHOTOS}

    @extend_schema(request=None, responses={202: JobSerializer})
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """No more files: take them, in the background."""
        job = close_import(photo_import=import_in(self.project, pk), by=self.person)
        return Response(JobSerializer(job).data, status=202)


@takes_up_to("MAX_ARCHIVE_BYTES")
class ArchiveView(ProjectView):
    """/imports/archive/."""

    rights: ClassVar[Mapping[str, Right | None]] = {"POST": Right.IMPORT_PHOTOS}
    parser_classes = (MultiPartParser,)

    @extend_schema(request=ArchiveSerializer, responses={202: ImportDetailSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Import the photos of a zip or tar file."""
        body = parse(ArchiveSerializer, request)
        file = body.pop("file")
        job = import_archive(
            project=self.project,
            stream=file,
            name=str(file.name),
            by=self.person,
            defaults=body,
        )
        return _answer(self.project, job.params["import"], status=202)


class FolderView(ProjectView):
    """/imports/folder/."""

    rights: ClassVar[Mapping[str, Right | None]] = {"POST": Right.IMPORT_PHOTOS}

    @extend_schema(request=FolderSerializer, responses={202: ImportDetailSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Import every photo below a folder of the server or of a bucket."""
        body = parse(FolderSerializer, request)
        place = body.pop("folder")
        job = import_folder(project=self.project, folder=place, by=self.person, defaults=body)
        return _answer(self.project, job.params["import"], status=202)


def _answer(project: Project, pk: int, status: int = 200) -> Response:
    (row,) = with_jobs([import_in(project, pk)])
    context: dict[str, Any] = {"job": row.job}
    return Response(ImportDetailSerializer(row.photo_import, context=context).data, status=status)
