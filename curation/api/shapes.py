"""What the API says of scores, datasets, versions, samples, exports and benchmarks."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from curation.models import ExportState, SampleKind, ScoreKind, Split, VersionState


class BoxField(serializers.ListField):
    """Normalised corners x1, y1, x2, y2 on the upright photo."""

    child = serializers.FloatField()
    min_length = max_length = 4


class ScoreSerializer(serializers.Serializer[Any]):
    """A figure with n and interval; ``unknown`` says why there is no interval."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(ScoreKind.choices)
    photo = serializers.IntegerField(source="photo_id")
    crop = serializers.IntegerField(source="crop_id", allow_null=True)
    box = BoxField(source="crop.corners", default=None, allow_null=True)
    value = serializers.FloatField()
    n = serializers.IntegerField()
    sd = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    unknown = serializers.CharField()
    rank = serializers.IntegerField(allow_null=True)
    method = serializers.CharField()
    method_version = serializers.CharField()
    is_provisional = serializers.BooleanField()
    computed_at = serializers.DateTimeField()


class VoteSerializer(serializers.Serializer[Any]):
    """One vote behind a score; people are letters. ``left_out`` says why it does not count."""

    expert = serializers.CharField(source="letter")
    value = serializers.FloatField(source="vote.value")
    round = serializers.IntegerField(source="vote.round")
    item = serializers.IntegerField(source="vote.item_id")
    is_counted = serializers.BooleanField(source="vote.is_counted")
    left_out = serializers.CharField(source="vote.left_out")


class OneScoreSerializer(ScoreSerializer):
    """A score with the votes behind it."""

    votes = VoteSerializer(many=True)


class AgreementSerializer(serializers.Serializer[Any]):
    """Agreement of a project's experts on one kind of score; ``alpha`` is null where ``unknown``
    says why. ``part`` is empty for all votes, else "campaign/3", "week/202647" or "pair/4-7"."""

    kind = serializers.ChoiceField(ScoreKind.choices)
    part = serializers.CharField()
    method = serializers.CharField()
    method_version = serializers.CharField()
    alpha = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    n_items = serializers.IntegerField()
    n_votes = serializers.IntegerField()
    n_people = serializers.IntegerField()
    unknown = serializers.CharField()
    computed_at = serializers.DateTimeField()


class DatasetSerializer(serializers.Serializer[Any]):
    """A named line of versions; ``latest_*`` are of its newest frozen one."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    description = serializers.CharField()
    frozen_count = serializers.IntegerField(default=0)
    latest_version = serializers.IntegerField(source="latest_id", default=None, allow_null=True)
    latest_number = serializers.IntegerField(default=None, allow_null=True)
    latest_samples = serializers.IntegerField(default=None, allow_null=True)
    created_at = serializers.DateTimeField()


class VersionSerializer(serializers.Serializer[Any]):
    """A version. ``counts`` is samples by "kind/split"; ``report`` says what each rule took away
    and what changed since the last version."""

    id = serializers.IntegerField()
    dataset = serializers.IntegerField(source="dataset_id")
    name = serializers.CharField(source="__str__")
    number = serializers.IntegerField()
    state = serializers.ChoiceField(VersionState.choices)
    rules = serializers.DictField()
    digest = serializers.CharField()
    counts = serializers.DictField(child=serializers.IntegerField())
    report = serializers.DictField()
    error = serializers.CharField()
    by = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    frozen_at = serializers.DateTimeField(allow_null=True)


class SampleSerializer(serializers.Serializer[Any]):
    """One row of a version; ``made_from`` lists the paths of what it rests on."""

    index = serializers.IntegerField()
    kind = serializers.ChoiceField(SampleKind.choices)
    split = serializers.ChoiceField(Split.choices)
    photo = serializers.IntegerField(source="photo_id")
    content_hash = serializers.CharField(source="photo.content_hash")
    group_key = serializers.CharField()
    data = serializers.DictField()  # type: ignore[assignment] # a field, not DRF's property
    made_from = serializers.ListField(child=serializers.CharField())


class PreviewSerializer(serializers.Serializer[Any]):
    """What a freeze would choose now; ``is_partial``: there are more rows than were counted."""

    total = serializers.IntegerField()
    is_partial = serializers.BooleanField()
    counts = serializers.DictField(child=serializers.IntegerField())
    lost = serializers.DictField(child=serializers.DictField(child=serializers.IntegerField()))


class ExportFileSerializer(serializers.Serializer[Any]):
    """A file of an export."""

    name = serializers.CharField()
    bytes = serializers.IntegerField()
    sha256 = serializers.CharField()
    rows = serializers.IntegerField()
    url = serializers.SerializerMethodField()

    @extend_schema_field(serializers.CharField)
    def get_url(self, file: dict[str, Any]) -> str:
        """Where it can be fetched."""
        return f"{self.context['files_url']}{file['name']}"


class ExportSerializer(serializers.Serializer[Any]):
    """A version written in a format; ``files`` can be fetched one by one, the archive holds all."""

    id = serializers.IntegerField()
    version = serializers.IntegerField(source="version_id")
    exporter = serializers.CharField()
    options = serializers.DictField()
    state = serializers.ChoiceField(ExportState.choices)
    rows = serializers.IntegerField()
    bytes = serializers.IntegerField()
    pictures = serializers.IntegerField()
    digest = serializers.CharField()
    error = serializers.CharField()
    by = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    ready_at = serializers.DateTimeField(allow_null=True)
    files = serializers.SerializerMethodField()

    @extend_schema_field(ExportFileSerializer(many=True))
    def get_files(self, export: Any) -> list[dict[str, Any]]:
        """Empty until it is ready."""
        slug = self.context["slug"]
        url = f"/api/v1/projects/{slug}/exports/{export.pk}/files/"
        return [
            dict(each)
            for each in ExportFileSerializer(
                export.files, many=True, context={"files_url": url}
            ).data
        ]


class FormatSerializer(serializers.Serializer[Any]):
    """A format that versions can be exported in, with the JSON schema of its options."""

    name = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    options = serializers.DictField()


class BenchmarkSerializer(serializers.Serializer[Any]):
    """A frozen hold-out."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    share = serializers.FloatField()
    seed = serializers.IntegerField()
    photo_count = serializers.IntegerField()
    last_version = serializers.IntegerField(allow_null=True)
    by = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()


class OneBenchmarkSerializer(BenchmarkSerializer):
    """A benchmark with the ids of its photos."""

    photos = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ListField(child=serializers.IntegerField()))
    def get_photos(self, benchmark: Any) -> list[int]:
        """In the order of their hashes."""
        rows = benchmark.members.order_by("content_hash")
        return list(rows.values_list("photo_id", flat=True))


class BenchmarkVersionSerializer(serializers.Serializer[Any]):
    """References of a benchmark, frozen under a digest."""

    id = serializers.IntegerField()
    number = serializers.IntegerField()
    rule = serializers.CharField()
    digest = serializers.CharField()
    campaign = serializers.IntegerField(
        source="campaign_id", allow_null=True, help_text="The cross-review that agreed on them."
    )
    by = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()


class RatedCropSerializer(serializers.Serializer[Any]):
    """A rated crop: score with n and method; ``crop`` is its number here."""

    box = BoxField()
    score = serializers.FloatField()
    n = serializers.IntegerField()
    method = serializers.CharField()
    crop = serializers.IntegerField()


class ReferenceSerializer(serializers.Serializer[Any]):
    """The boxes that count as right on one photo; ``rated`` holds all rated crops by that rule."""

    photo = serializers.IntegerField(source="photo_id")
    boxes = serializers.ListField(child=BoxField())
    rated = RatedCropSerializer(many=True)
    made_from = serializers.ListField(child=serializers.CharField())


class OneBenchmarkVersionSerializer(BenchmarkVersionSerializer):
    """The same with its boxes."""

    references = ReferenceSerializer(many=True)
