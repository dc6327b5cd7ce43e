"""Crops of a project: list them, add one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.access import ProjectListView
from accounts.roles import Right
from catalog.api.shapes import BoxField, CropSerializer
from catalog.models import Crop, CropLabel, CropOrigin
from catalog.selectors.photos import photo_in
from catalog.services.crops import MAX_RATIONALE, add_crop
from core.web.bodies import StrictSerializer, parse
from measures.boxes import Box

# What a person may claim a crop to be; model and grid crops come from the program itself.
BY_HAND = [(origin.value, origin.label) for origin in (CropOrigin.EXPERT, CropOrigin.IMPORTED)]


class CropFilter(django_filters.FilterSet):
    """By photo, origin, label."""

    photo = django_filters.NumberFilter(field_name="photo_id")
    origin = django_filters.ChoiceFilter(choices=CropOrigin.choices)
    label = django_filters.ChoiceFilter(choices=CropLabel.choices)


class NewCropSerializer(StrictSerializer):
    """A crop to add."""

    photo = serializers.IntegerField(min_value=1)
    box = BoxField()
    origin = serializers.ChoiceField(BY_HAND, default=CropOrigin.IMPORTED.value)
    label = serializers.ChoiceField(CropLabel.choices, default=CropLabel.UNKNOWN.value)  # type: ignore[assignment]
    ratio = serializers.CharField(max_length=16, default="", allow_blank=True)
    rationale = serializers.CharField(max_length=MAX_RATIONALE, default="", allow_blank=True)


class CropsView(ProjectListView):
    """/crops/."""

    rights: ClassVar[Mapping[str, Right | None]] = {
        "GET": Right.SEE_PHOTOS,
        "POST": Right.DRAW_CROPS,
    }
    serializer_class = CropSerializer
    filterset_class = CropFilter
    queryset = Crop.objects.none()

    @extend_schema(operation_id="crops_list", responses=CropSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """Crops of the project, newest first."""
        return self.answer_page(Crop.objects.filter(photo__project=self.project))

    @extend_schema(request=NewCropSerializer, responses={201: CropSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Add a crop; the same one again gives back the one that is there."""
        body = parse(NewCropSerializer, request)
        crop = add_crop(
            photo=photo_in(self.project, body["photo"]),
            box=Box.of(body["box"]),
            origin=CropOrigin(body["origin"]),
            label=CropLabel(body["label"]),
            ratio=body["ratio"],
            rationale=body["rationale"],
            by=self.person,
        )
        return Response(CropSerializer(crop).data, status=201)
