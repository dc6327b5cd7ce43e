"""Draft sources: list, add, retire, try out, and the project's defaults."""

from __future__ import annotations

from typing import ClassVar

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import UserRateThrottle

from accounts.api.access import ProjectListView, ProjectView
from accounts.api.jobs import JobSerializer
from accounts.roles import Right
from annotation.api import draft_bodies as bodies
from annotation.models import DraftSource
from annotation.selectors.draft_sources import (
    default_sources,
    offered_backends,
    source_in,
    sources_in,
)
from annotation.services.sources import (
    retire_source,
    set_default_sources,
    set_source,
    try_source,
)
from catalog.selectors.photos import photo_in
from core.web.bodies import parse


class AskingThrottle(UserRateThrottle):
    """What asks models for a person: each call may cost money."""

    scope = "asking"
    rate = "60/min"

    def allow_request(self, request: Request, view: object) -> bool:
        """Looking costs nothing and is not counted."""
        return request.method != "POST" or super().allow_request(request, view)  # type: ignore[arg-type]


class SourceFilter(django_filters.FilterSet):
    """By backend, and by whether it is in use."""

    backend = django_filters.ChoiceFilter(choices=offered_backends)
    is_active = django_filters.ChoiceFilter(
        choices=[("true", "yes"), ("false", "no")], method="by_use"
    )

    def by_use(self, rows: QuerySet[DraftSource], name: str, value: str) -> QuerySet[DraftSource]:
        """Active, or retired."""
        return rows.filter(is_active=value == "true")


class SourcesView(ProjectListView):
    """/draft-sources/."""

    rights: ClassVar[dict[str, Right]] = {"GET": Right.SEE_DRAFTS, "POST": Right.RUN_DRAFTS}
    serializer_class = bodies.SourceReply
    filterset_class = SourceFilter
    queryset = DraftSource.objects.none()

    @extend_schema(operation_id="draft_sources_list", responses=bodies.SourceReply(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """The project's draft sources, newest first."""
        return self.answer_page(sources_in(self.project))

    @extend_schema(
        operation_id="draft_sources_create",
        request=bodies.SourceBody,
        responses={201: bodies.SourceReply},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Add a source. Its settings are checked; nothing is connected to yet."""
        values = parse(bodies.SourceBody, request)
        row = set_source(project=self.project, by=self.person, **values)
        return Response(bodies.SourceReply(row).data, status=201)


class OneSourceView(ProjectView):
    """/draft-sources/<id>/."""

    rights: ClassVar[dict[str, Right]] = {"GET": Right.SEE_DRAFTS}

    @extend_schema(operation_id="draft_sources_retrieve", responses=bodies.SourceReply)
    def get(self, request: Request, slug: str, source_id: int) -> Response:
        """One source."""
        return Response(bodies.SourceReply(source_in(self.project, source_id)).data)


class RetireSourceView(ProjectView):
    """/draft-sources/<id>/retire/."""

    rights: ClassVar[dict[str, Right]] = {"POST": Right.RUN_DRAFTS}

    @extend_schema(request=None, responses=bodies.SourceReply)
    def post(self, request: Request, slug: str, source_id: int) -> Response:
        """Take a source out of new batches; its drafts stay."""
        row = retire_source(source=source_in(self.project, source_id), by=self.person)
        return Response(bodies.SourceReply(row).data)


class TrySourceView(ProjectView):
    """/draft-sources/<id>/try/."""

    rights: ClassVar[dict[str, Right]] = {"POST": Right.RUN_DRAFTS}
    throttle_classes = (AskingThrottle,)

    @extend_schema(request=bodies.TryBody, responses={202: JobSerializer})
    def post(self, request: Request, slug: str, source_id: int) -> Response:
        """Ask the source about one photo. The job's result holds the answer, its error the reason."""
        source = source_in(self.project, source_id)
        photo = photo_in(self.project, parse(bodies.TryBody, request)["photo"])
        job = try_source(source=source, photo=photo, by=self.person)
        return Response(JobSerializer(job).data, status=202)


class DefaultSourcesView(ProjectView):
    """/draft-sources/defaults/."""

    rights: ClassVar[dict[str, Right]] = {"GET": Right.SEE_DRAFTS, "PUT": Right.RUN_DRAFTS}

    @extend_schema(responses=bodies.DefaultSourcesReply)
    def get(self, request: Request, slug: str) -> Response:
        """Which sources a new batch starts from."""
        return self._answer()

    @extend_schema(request=bodies.DefaultSourcesBody, responses=bodies.DefaultSourcesReply)
    def put(self, request: Request, slug: str) -> Response:
        """Set both of them."""
        ids = parse(bodies.DefaultSourcesBody, request)
        chosen = {
            name: None if pk is None else source_in(self.project, pk) for name, pk in ids.items()
        }
        self.project = set_default_sources(project=self.project, by=self.person, **chosen)
        return self._answer()

    def _answer(self) -> Response:
        drafter, verifier = default_sources(self.project)
        found = {"drafter": getattr(drafter, "pk", None), "verifier": getattr(verifier, "pk", None)}
        return Response(bodies.DefaultSourcesReply(found).data)
