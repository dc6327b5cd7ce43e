"""What the API shows of photos, crops, comments and imports."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api.jobs import JobSerializer
from catalog.models import (
    Crop,
    CropLabel,
    CropOrigin,
    ImportedFileState,
    Photo,
    PhotoState,
)


class RenditionSerializer(serializers.Serializer[Any]):
    """A stored JPEG of the upright photo; ``size`` is the longest side it was made for."""

    size = serializers.IntegerField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    bytes = serializers.IntegerField()
    url = serializers.CharField()


class PhotoSerializer(serializers.Serializer[Any]):
    """A photo; width and height are of the upright picture, 0 while they are unknown."""

    id = serializers.IntegerField()
    state = serializers.ChoiceField(PhotoState.choices)
    title = serializers.CharField()
    author = serializers.CharField()
    licence = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    orientation = serializers.IntegerField()
    media_type = serializers.CharField()
    bytes = serializers.IntegerField()
    content_hash = serializers.CharField()
    group = serializers.IntegerField(source="group_id", allow_null=True)
    facts = serializers.DictField()
    error = serializers.CharField()
    created_at = serializers.DateTimeField()
    renditions = serializers.SerializerMethodField()

    @extend_schema_field(RenditionSerializer(many=True))
    def get_renditions(self, photo: Photo) -> list[dict[str, Any]]:
        """Its smaller versions, smallest first; the caller has fetched them."""
        slug = self.context["slug"]
        rows = sorted(photo.renditions.all(), key=lambda row: row.size)
        return [
            {
                "size": row.size,
                "width": row.width,
                "height": row.height,
                "bytes": row.bytes,
                "url": reverse("api:photo-rendition", args=[slug, photo.pk, row.size]),
            }
            for row in rows
        ]


class BoxField(serializers.ListField):
    """Four numbers x1 y1 x2 y2 in [0, 1] on the upright photo."""

    child = serializers.FloatField()

    def __init__(self, **options: Any) -> None:
        super().__init__(min_length=4, max_length=4, **options)


class CropSerializer(serializers.Serializer[Any]):
    """A crop; ``made_from`` is a path such as ``response/7``."""

    id = serializers.IntegerField()
    photo = serializers.IntegerField(source="photo_id")
    box = serializers.SerializerMethodField()
    origin = serializers.ChoiceField(CropOrigin.choices)
    label = serializers.ChoiceField(CropLabel.choices)  # type: ignore[assignment]
    ratio = serializers.CharField()
    rationale = serializers.CharField()
    made_from = serializers.CharField()
    created_at = serializers.DateTimeField()

    @extend_schema_field(BoxField())
    def get_box(self, crop: Crop) -> list[float]:
        """x1, y1, x2, y2."""
        return list(crop.corners)


class CommentSerializer(serializers.Serializer[Any]):
    """What a stranger wrote: untrusted text."""

    id = serializers.IntegerField()
    photo = serializers.IntegerField(source="photo_id")
    text = serializers.CharField()
    language = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    author = serializers.CharField()


class ImportSerializer(serializers.Serializer[Any]):
    """An import with how many of its files are in which state."""

    id = serializers.IntegerField()
    way = serializers.CharField()
    title = serializers.CharField()
    defaults = serializers.DictField(child=serializers.CharField())
    is_closed = serializers.BooleanField()
    by = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    waiting = serializers.IntegerField()
    taken = serializers.IntegerField()
    known = serializers.IntegerField()
    refused = serializers.IntegerField()
    manifest = serializers.IntegerField()


class ImportDetailSerializer(ImportSerializer):
    """The same with the job that takes its files, null while it is open."""

    job = serializers.SerializerMethodField()

    @extend_schema_field(JobSerializer(allow_null=True))
    def get_job(self, photo_import: Any) -> dict[str, Any] | None:
        """The caller has fetched it."""
        job = self.context["job"]
        return dict(JobSerializer(job).data) if job is not None else None


class FileSerializer(serializers.Serializer[Any]):
    """One file of an import; ``reason`` says why it was refused."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    bytes = serializers.IntegerField()
    state = serializers.ChoiceField(ImportedFileState.choices)
    reason = serializers.CharField()
    photo = serializers.IntegerField(source="photo_id", allow_null=True)
