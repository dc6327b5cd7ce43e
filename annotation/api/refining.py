"""A crop changed by words."""

from __future__ import annotations

from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.access import ProjectView
from accounts.api.jobs import JobSerializer
from accounts.roles import Right
from annotation.api.draft_sources import AskingThrottle
from annotation.selectors.draft_sources import source_in
from annotation.selectors.refinements import crop_in
from annotation.services.refining import MOST_WORDS, refine_crop
from core.web.bodies import StrictSerializer, parse


class RefineBody(StrictSerializer):
    """How the crop should change, and who is asked."""

    words = serializers.CharField(
        max_length=MOST_WORDS, help_text="For example: more room on the left, and 4:3."
    )
    source = serializers.IntegerField(help_text="Id of a draft source.")  # type: ignore[assignment]


class RefineCropView(ProjectView):
    """/crops/<id>/refine/."""

    rights: ClassVar[dict[str, Right]] = {"POST": Right.RUN_DRAFTS}
    throttle_classes = (AskingThrottle,)

    @extend_schema(operation_id="crops_refine", request=RefineBody, responses={202: JobSerializer})
    def post(self, request: Request, slug: str, crop_id: int) -> Response:
        """Ask for the crop as the words wish it; the crop itself stays.

        The job's result holds ``draft``, ``crop`` (null where the check rejected the draft),
        ``passed`` and ``reason``; its error says what was not understood.
        """
        crop = crop_in(self.project, crop_id)
        given = parse(RefineBody, request)
        source = source_in(self.project, given["source"])
        job = refine_crop(crop=crop, words=given["words"], source=source, by=self.person)
        return Response(JobSerializer(job).data, status=202)
