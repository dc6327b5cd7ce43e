"""Drafts about questions: growing the regions of a batch."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.access import ProjectView
from accounts.roles import Right
from annotation.selectors.draft_batches import batch_in
from annotation.services.growing_regions import grow_regions


class GrownReply(serializers.Serializer[Any]):
    """By which cut-offs (shares of the photo's area) how many regions were grown."""

    cuts = serializers.ListField(child=serializers.FloatField())
    boxes = serializers.IntegerField()
    drafts = serializers.ListField(child=serializers.IntegerField())


class GrowRegionsView(ProjectView):
    """/draft-batches/<id>/grow-regions/."""

    rights: ClassVar[dict[str, Right]] = {"POST": Right.RUN_DRAFTS}

    @extend_schema(request=None, responses=GrownReply)
    def post(self, request: Request, slug: str, batch_id: int) -> Response:
        """Grow the regions that a finished batch found, by the percentiles of their own areas."""
        made = grow_regions(batch=batch_in(self.project, batch_id), by=self.person)
        found = {
            "cuts": made.growth.cuts, "boxes": made.growth.boxes,
            "drafts": [draft.pk for draft in made.drafts],
        }  # fmt: skip
        return Response(GrownReply(found).data)
