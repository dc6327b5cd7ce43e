"""Drafts with their verdicts: look, never change."""

from __future__ import annotations

from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.access import ProjectListView, ProjectView
from accounts.roles import Right
from annotation.api import draft_bodies as bodies
from annotation.models import Draft
from annotation.selectors.drafts import DraftFilter, draft_in, drafts_in


class DraftsView(ProjectListView):
    """/drafts/."""

    rights: ClassVar[dict[str, Right]] = {"GET": Right.SEE_DRAFTS}
    serializer_class = bodies.DraftReply
    filterset_class = DraftFilter
    queryset = Draft.objects.none()

    @extend_schema(operation_id="drafts_list", responses=bodies.DraftReply(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """The project's drafts with their verdicts, newest first."""
        return self.answer_page(drafts_in(self.project))


class OneDraftView(ProjectView):
    """/drafts/<id>/."""

    rights: ClassVar[dict[str, Right]] = {"GET": Right.SEE_DRAFTS}

    @extend_schema(operation_id="drafts_retrieve", responses=bodies.DraftReply)
    def get(self, request: Request, slug: str, draft_id: int) -> Response:
        """One draft with its verdicts."""
        return Response(bodies.DraftReply(draft_in(self.project, draft_id)).data)
