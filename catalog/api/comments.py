"""Raw comments of a project: list them, send a file of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.access import ProjectListView
from accounts.roles import Right
from catalog.api.shapes import CommentSerializer
from catalog.models import RawComment
from catalog.services.comments import CommentReport, import_comments
from core.errors import InvalidInput
from core.web.bodies import StrictSerializer, parse


class CommentFilter(django_filters.FilterSet):
    """By photo or language."""

    photo = django_filters.NumberFilter(field_name="photo_id")
    language = django_filters.CharFilter(max_length=16)


class CommentFileSerializer(StrictSerializer):
    """A CSV or JSONL file with the columns photo, text, language, source, author."""

    file = serializers.FileField()


class ReportSerializer(serializers.Serializer[Any]):
    """How many comments are new, and how many were there before."""

    added = serializers.IntegerField()
    known = serializers.IntegerField()


class CommentsView(ProjectListView):
    """/comments/."""

    rights: ClassVar[Mapping[str, Right | None]] = {
        "GET": Right.SEE_PHOTOS,
        "POST": Right.IMPORT_PHOTOS,
    }
    serializer_class = CommentSerializer
    filterset_class = CommentFilter
    queryset = RawComment.objects.none()
    parser_classes = (MultiPartParser,)

    @extend_schema(operation_id="comments_list", responses=CommentSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """Raw comments of the project, newest first."""
        return self.answer_page(RawComment.objects.filter(photo__project=self.project))

    @extend_schema(request=CommentFileSerializer, responses={201: ReportSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Add a file of comments: all of its lines or none. Errors name the first wrong line in
        ``line`` and up to fifty in ``detail``."""
        file = parse(CommentFileSerializer, request)["file"]
        report = import_comments(
            project=self.project, stream=file, filename=str(file.name), by=self.person
        )
        if report.errors:
            raise _problem(report)
        return Response(ReportSerializer(report).data, status=201)


def _problem(report: CommentReport) -> InvalidInput:
    lines: list[object] = [
        {"line": error.line, "message": error.message} for error in report.errors
    ]
    first = report.errors[0]
    return InvalidInput(
        f"{first.message} Nothing was added; {report.wrong:,} lines are wrong.",
        field="file",
        line=first.line,
        detail={"lines": lines, "wrong": report.wrong},
    )
