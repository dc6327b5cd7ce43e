"""The audit log of a project."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.access import ProjectListView
from accounts.models import Project
from accounts.roles import Right
from accounts.selectors.trail import entries_of, since, until
from core.models import AuditEntry


class AuditFilter(django_filters.FilterSet):
    """By verb, by the id of the person who acted, by object (``campaign/3``) and by moment."""

    verb = django_filters.CharFilter(max_length=64)
    person = django_filters.NumberFilter(field_name="actor_id")
    object = django_filters.CharFilter(field_name="target", max_length=96)
    since = django_filters.IsoDateTimeFilter(field_name="at", method="from_moment")
    until = django_filters.IsoDateTimeFilter(field_name="at", method="to_moment")

    def from_moment(
        self, rows: QuerySet[AuditEntry], name: str, value: datetime
    ) -> QuerySet[AuditEntry]:
        """From this moment on."""
        return since(rows, self._project, value)

    def to_moment(
        self, rows: QuerySet[AuditEntry], name: str, value: datetime
    ) -> QuerySet[AuditEntry]:
        """Before this moment."""
        return until(rows, self._project, value)

    @property
    def _project(self) -> Project:
        view: ProjectListView = self.request.parser_context["view"]
        return view.project


class AuditEntrySerializer(serializers.Serializer[Any]):
    """One act."""

    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    actor_id = serializers.IntegerField(allow_null=True)
    actor = serializers.CharField(allow_null=True)
    verb = serializers.CharField()
    target = serializers.CharField()
    place = serializers.CharField()
    detail = serializers.DictField()


class AuditView(ProjectListView):
    """/audit/."""

    rights: ClassVar[dict[str, Right]] = {"GET": Right.SEE_AUDIT}
    serializer_class = AuditEntrySerializer
    filterset_class = AuditFilter
    queryset = AuditEntry.objects.none()  # tells the schema the model; rows come from the selector

    @extend_schema(operation_id="audit_list", responses=AuditEntrySerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """Who did what in the project, newest first."""
        return self.answer_page(entries_of(self.project))
