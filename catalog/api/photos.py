"""Photos: list, look, change the credit, fetch the picture."""

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
from accounts.api.jobs import JobSerializer
from accounts.roles import Right
from catalog.api.shapes import PhotoSerializer
from catalog.models import Photo
from catalog.selectors.photos import PhotoFilter, photo_in, photos_of
from catalog.services.checking import start_check
from catalog.services.credits import LIMITS, set_credit
from catalog.services.grouping import start_regroup
from catalog.serving import original_response, rendition_response
from core.web.bodies import StrictSerializer, parse


class CreditSerializer(StrictSerializer):
    """All that can be changed of a photo."""

    title = serializers.CharField(max_length=LIMITS["title"], required=False, allow_blank=True)
    author = serializers.CharField(max_length=LIMITS["author"], required=False, allow_blank=True)
    licence = serializers.CharField(max_length=LIMITS["licence"], required=False, allow_blank=True)
    source = serializers.CharField(max_length=LIMITS["source"], required=False, allow_blank=True)  # type: ignore[assignment]


class PhotosView(ProjectListView):
    """/photos/."""

    rights: ClassVar[Mapping[str, Right | None]] = {"GET": Right.SEE_PHOTOS}
    serializer_class = PhotoSerializer
    filterset_class = PhotoFilter
    queryset = Photo.objects.none()

    def get_serializer_context(self) -> dict[str, Any]:
        """The links need the project's name in the address."""
        return {**super().get_serializer_context(), "slug": self.kwargs.get("slug", "")}

    @extend_schema(operation_id="photos_list", responses=PhotoSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """Photos of the project, newest first."""
        return self.answer_page(photos_of(self.project).prefetch_related("renditions"))


class OnePhotoView(ProjectView):
    """/photos/<id>/."""

    rights: ClassVar[Mapping[str, Right | None]] = {
        "GET": Right.SEE_PHOTOS,
        "PATCH": Right.IMPORT_PHOTOS,
    }

    @extend_schema(operation_id="photos_retrieve", responses=PhotoSerializer)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """One photo."""
        return self._answer(photo_in(self.project, pk))

    @extend_schema(request=CreditSerializer, responses=PhotoSerializer)
    def patch(self, request: Request, slug: str, pk: int) -> Response:
        """Change title, author, licence or source; nothing else can be changed."""
        photo = photo_in(self.project, pk)
        changes = parse(CreditSerializer, request)
        return self._answer(set_credit(photo=photo, changes=changes, by=self.person))

    def _answer(self, photo: Photo) -> Response:
        return Response(PhotoSerializer(photo, context={"slug": self.project.slug}).data)


class PhotoRenditionView(ProjectView):
    """/photos/<id>/renditions/<size>/."""

    rights: ClassVar[Mapping[str, Right | None]] = {"GET": Right.SEE_PHOTOS}

    @extend_schema(
        operation_id="photos_rendition", responses={(200, "image/jpeg"): OpenApiTypes.BINARY}
    )
    def get(self, request: Request, slug: str, pk: int, size: int) -> HttpResponseBase:
        """The upright JPEG of at least ``size`` pixels a side, or the largest there is."""
        return rendition_response(photo_in(self.project, pk), size)


class PhotoOriginalView(ProjectView):
    """/photos/<id>/original/."""

    rights: ClassVar[Mapping[str, Right | None]] = {"GET": Right.IMPORT_PHOTOS}

    @extend_schema(
        operation_id="photos_original", responses={(200, "image/*"): OpenApiTypes.BINARY}
    )
    def get(self, request: Request, slug: str, pk: int) -> HttpResponseBase:
        """The file as it came in."""
        return original_response(photo_in(self.project, pk))


class RegroupView(ProjectView):
    """/photos/regroup/."""

    rights: ClassVar[Mapping[str, Right | None]] = {"POST": Right.IMPORT_PHOTOS}

    @extend_schema(request=None, responses={202: JobSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Find all near-duplicate groups anew, in the background."""
        job = start_regroup(project=self.project, by=self.person)
        return Response(JobSerializer(job).data, status=202)


class CheckFilesView(ProjectView):
    """/photos/check-files/."""

    rights: ClassVar[Mapping[str, Right | None]] = {"POST": Right.IMPORT_PHOTOS}

    @extend_schema(request=None, responses={202: JobSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Look at every photo's files, in the background; what is lost is marked as broken."""
        job = start_check(project=self.project, by=self.person)
        return Response(JobSerializer(job).data, status=202)
