"""One's own notices: list, count, mark as read. When they are mailed stands in the preferences."""

from __future__ import annotations

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.access import PersonListView, PersonView
from accounts.models import Notice
from accounts.selectors.notices import notices_of, unread_count
from accounts.services.notifying import mark_read
from core.web.bodies import StrictSerializer, parse


class NoticeFilter(django_filters.FilterSet):
    """``unread=true`` leaves out those that were read, ``false`` the others."""

    unread = django_filters.BooleanFilter(field_name="read_at", lookup_expr="isnull")


class NoticeSerializer(serializers.Serializer[Any]):
    """One notice; ``count`` is how many events it stands for."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    text = serializers.CharField()
    address = serializers.CharField()
    count = serializers.IntegerField()
    project = serializers.CharField(source="project.slug", allow_null=True, default=None)
    created_at = serializers.DateTimeField()
    happened_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)
    mailed_at = serializers.DateTimeField(allow_null=True)


class ReadSerializer(StrictSerializer):
    """Which to mark as read: some by id, or all."""

    ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), max_length=200, default=[]
    )
    all = serializers.BooleanField(default=False)


class UnreadSerializer(serializers.Serializer[Any]):
    """How many are unread, counted to 99."""

    unread = serializers.IntegerField()


class NoticesView(PersonListView):
    """/me/notices/."""

    serializer_class = NoticeSerializer
    filterset_class = NoticeFilter
    queryset = Notice.objects.none()

    @extend_schema(operation_id="notices_list", responses=NoticeSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Your notices, newest first."""
        return self.answer_page(notices_of(self.person))

    @extend_schema(
        operation_id="notices_read",
        request=ReadSerializer,
        responses=UnreadSerializer,
        filters=False,
    )
    def patch(self, request: Request) -> Response:
        """Mark some of yours, or all, as read; ids that are not yours change nothing."""
        given = parse(ReadSerializer, request)
        mark_read(person=self.person, ids=None if given["all"] else given["ids"])
        return Response({"unread": unread_count(self.person)})


class NoticeCountView(PersonView):
    """/me/notices/count/."""

    @extend_schema(operation_id="notices_count", responses=UnreadSerializer)
    def get(self, request: Request) -> Response:
        """How many of your notices are unread."""
        return Response({"unread": unread_count(self.person)})
