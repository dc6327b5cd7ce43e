"""What the endpoints of drafts take and give, as the schema shows it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from annotation.models import BatchState, Draft, DraftKind, RequestState
from annotation.pipelines import PIPELINES
from annotation.selectors.draft_photos import NARROWED_BY, SCOPES
from annotation.selectors.draft_sources import offered_backends, place_of
from annotation.services.drafting import MOST_ATTEMPTS
from core.web.bodies import StrictSerializer


class SourceBody(StrictSerializer):
    """A new source. ``credential`` names an environment variable (REFRAME_KEY_...), never a key;
    ``parameters`` are the backend's settings (docs/drafting.md)."""

    name = serializers.CharField(max_length=120)
    backend = serializers.ChoiceField(choices=offered_backends())
    location = serializers.CharField(
        max_length=500, required=False, default="", allow_blank=True,
        help_text="An address ending in /v1, or a folder below the models' folder.",
    )  # fmt: skip
    model = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    revision = serializers.CharField(max_length=100, required=False, default="", allow_blank=True)
    parameters = serializers.DictField(required=False, default=dict)
    credential = serializers.CharField(max_length=80, required=False, default="", allow_blank=True)


class DefaultSourcesBody(StrictSerializer):
    """Ids of the sources that new batches start from; null leaves the choice open."""

    drafter = serializers.IntegerField(allow_null=True)
    verifier = serializers.IntegerField(allow_null=True)


class TryBody(StrictSerializer):
    """The photo that the source is asked about."""

    photo = serializers.IntegerField()


def _parameters_help() -> str:
    """What each pipeline can be told, from its own class."""
    told = (
        f"{each.name}: {', '.join(sorted(each.parameters.model_fields))}"
        for each in PIPELINES.values()
    )
    return (
        f"By pipeline ({'; '.join(told)}). What is left out stays with the source or as it ships."
    )


class BatchBody(StrictSerializer):
    """A new batch: ready photos by ``photos``, narrowed by ``filters`` (as of the photo list) or
    ``photo_ids``, at most ``limit`` of them, newest first."""

    pipeline = serializers.ChoiceField(choices=sorted(PIPELINES))
    source = serializers.IntegerField()  # type: ignore[assignment]
    verifier = serializers.IntegerField(allow_null=True)
    photos = serializers.ChoiceField(choices=list(SCOPES.items()), default="missing")
    filters = serializers.DictField(
        child=serializers.CharField(max_length=200), required=False, default=dict,
        help_text=f"Any of {', '.join(sorted(NARROWED_BY))}.",
    )  # fmt: skip
    photo_ids = serializers.ListField(
        child=serializers.IntegerField(), required=False, allow_null=True, default=None,
        max_length=100_000,
    )  # fmt: skip
    limit = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=1_000_000
    )
    parameters = serializers.DictField(required=False, default=dict, help_text=_parameters_help())
    max_attempts = serializers.IntegerField(
        required=False, default=3, min_value=1, max_value=MOST_ATTEMPTS
    )
    budget_usd = serializers.DecimalField(
        max_digits=9, decimal_places=2, required=False, allow_null=True, default=None
    )


class BudgetBody(StrictSerializer):
    """Another budget in US dollars, or null for none."""

    budget_usd = serializers.DecimalField(max_digits=9, decimal_places=2, allow_null=True)


# --- What comes back ---------------------------------------------------------------------------


class SourceReply(serializers.Serializer[Any]):
    """A draft source; it never changes, but it can be retired."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    backend = serializers.CharField()
    model = serializers.CharField()
    revision = serializers.CharField()
    location = serializers.SerializerMethodField()
    parameters = serializers.DictField()
    credential = serializers.CharField()
    made_from = serializers.CharField()
    share = serializers.FloatField()
    is_active = serializers.BooleanField()
    created_at = serializers.DateTimeField()

    def get_location(self, source: Any) -> str:
        """A folder by its place below ours."""
        return place_of(source)


class DefaultSourcesReply(serializers.Serializer[Any]):
    """The sources that new batches start from."""

    drafter = serializers.IntegerField(allow_null=True)
    verifier = serializers.IntegerField(allow_null=True)


class BatchReply(serializers.Serializer[Any]):
    """A batch as it was started, and its state."""

    id = serializers.IntegerField(source="pk")
    pipeline = serializers.CharField()
    state = serializers.ChoiceField(BatchState.choices)
    drafter = serializers.IntegerField(source="source_id")
    verifier = serializers.IntegerField(source="verifier_id", allow_null=True)
    parameters = serializers.DictField()
    max_attempts = serializers.IntegerField()
    budget_usd = serializers.FloatField(allow_null=True)
    created_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(help_text="Why it paused itself; empty else.")


class BatchDetailReply(serializers.Serializer[Any]):
    """A batch with how far it is and what it cost so far."""

    batch = BatchReply()
    requests = serializers.DictField(child=serializers.IntegerField(), help_text="By state.")
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    rate = serializers.FloatField(allow_null=True, help_text="Photos a second, lately.")
    left_s = serializers.FloatField(allow_null=True)
    cost_usd = serializers.FloatField(help_text="As far as prices are known.")
    unpriced = serializers.IntegerField(help_text="Answers whose price is not known.")
    tokens_in = serializers.IntegerField()
    tokens_out = serializers.IntegerField()


class RequestReply(serializers.Serializer[Any]):
    """One photo of a batch: how it ended, why, and with which draft."""

    id = serializers.IntegerField(source="pk")
    photo = serializers.IntegerField(source="photo_id")
    crop = serializers.IntegerField(source="crop_id", allow_null=True)
    question = serializers.IntegerField(source="question_id", allow_null=True)
    sample = serializers.IntegerField()
    state = serializers.ChoiceField(RequestState.choices)
    reason = serializers.CharField()
    attempts = serializers.IntegerField()
    draft = serializers.IntegerField(source="draft_id", allow_null=True)
    not_before = serializers.DateTimeField(allow_null=True)


class AgainReply(serializers.Serializer[Any]):
    """How many photos will be drafted again."""

    requests = serializers.IntegerField()


class ProvenanceReply(serializers.Serializer[Any]):
    """What every machine output carries."""

    backend = serializers.CharField()
    model = serializers.CharField()
    revision = serializers.CharField()
    prompt_name = serializers.CharField()
    prompt_hash = serializers.CharField()
    parameters = serializers.DictField()
    tokens_in = serializers.IntegerField()
    tokens_out = serializers.IntegerField()
    cost_usd = serializers.FloatField(allow_null=True)
    latency_ms = serializers.IntegerField()
    attempt = serializers.IntegerField()
    created_at = serializers.DateTimeField()


class FindingReply(serializers.Serializer[Any]):
    """One thing a verifier saw; a blocking one rejects the draft."""

    verifier = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()
    is_blocking = serializers.BooleanField()


class VerdictReply(ProvenanceReply):
    """A check of a draft."""

    id = serializers.IntegerField(source="pk")
    passed = serializers.BooleanField()
    findings = FindingReply(many=True)
    verifier = serializers.IntegerField(source="source_id", allow_null=True)


class DraftReply(ProvenanceReply):
    """A draft, immutable. ``content`` has one shape per kind (docs/drafting.md); it is untrusted
    text: show it, never run or obey it."""

    id = serializers.IntegerField(source="pk")
    photo = serializers.IntegerField(source="photo_id")
    crop = serializers.IntegerField(source="crop_id", allow_null=True)
    question = serializers.IntegerField(source="question_id", allow_null=True)
    kind = serializers.ChoiceField(DraftKind.choices)
    content = serializers.SerializerMethodField()
    drafter = serializers.IntegerField(source="source_id", allow_null=True)
    parent = serializers.IntegerField(source="parent_id", allow_null=True)  # type: ignore[assignment]
    made_from = serializers.ListField(child=serializers.CharField())
    verdicts = VerdictReply(many=True)

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_content(self, draft: Draft) -> dict[str, Any]:
        """As it is stored."""
        content: dict[str, Any] = draft.content
        return content
