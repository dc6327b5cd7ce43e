"""Hours worked, for programs that pay people."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.access import PersonView, ProjectView
from accounts.roles import Right
from annotation.selectors.hours import HoursRow, Period, hours_in, hours_of, parse_period

PERIOD = [
    OpenApiParameter("from", str, description="First day, 2026-03-01; else of the present month"),
    OpenApiParameter("to", str, description="Last day, included; else today"),
]


class HoursSerializer(serializers.Serializer[Any]):
    """One person, campaign and day (in the person's time zone); times in milliseconds."""

    day = serializers.DateField()
    person_id = serializers.IntegerField(source="person.pk")
    person = serializers.CharField()
    project = serializers.CharField(source="campaign.project.slug")
    campaign_id = serializers.IntegerField(source="campaign.pk")
    campaign = serializers.CharField()
    answers = serializers.IntegerField()
    active_ms = serializers.IntegerField()
    idle_ms = serializers.IntegerField()


class MyHoursView(PersonView):
    """/work/hours/."""

    query_names: ClassVar[frozenset[str]] = frozenset({"from", "to"})

    @extend_schema(operation_id="my_hours", parameters=PERIOD, responses=HoursSerializer(many=True))
    def get(self, request: Request) -> Response:
        """What I worked, by day and campaign."""
        return _answer(hours_of(self.person, _period(self)))


class ProjectHoursView(ProjectView):
    """/projects/<slug>/hours/."""

    query_names: ClassVar[frozenset[str]] = frozenset({"from", "to"})

    rights: ClassVar[dict[str, Right]] = {"GET": Right.SEE_PEOPLE}

    @extend_schema(
        operation_id="project_hours", parameters=PERIOD, responses=HoursSerializer(many=True)
    )
    def get(self, request: Request, slug: str) -> Response:
        """What everybody worked in the project, by name, day and campaign."""
        return _answer(hours_in(self.project, _period(self)))


def _period(view: PersonView) -> Period:
    given = view.request.query_params
    return parse_period(given.get("from", ""), given.get("to", ""), view.person)


def _answer(rows: list[HoursRow]) -> Response:
    return Response(HoursSerializer(rows, many=True).data)
