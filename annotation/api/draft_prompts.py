"""A project's own wordings of prompts, and how its drafts are checked."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.access import ProjectListView, ProjectView
from accounts.api.jobs import JobSerializer
from accounts.roles import Right
from annotation.api.draft_sources import AskingThrottle
from annotation.checks import LANGUAGES, LEVELS, VERIFIERS, CheckSettings, stored_settings
from annotation.figures import Figures
from annotation.models import Prompt
from annotation.selectors.draft_quality import stored_quality
from annotation.selectors.prompt_subjects import shown
from annotation.selectors.prompts import (
    built_in,
    name_of,
    own_wordings,
    prompt_in,
    prompts_in,
    steps,
)
from annotation.services.checks import set_checks
from annotation.services.draft_quality import refresh_quality
from annotation.services.prompts import (
    MAX_NOTE,
    add_wording,
    preview_wording,
    use_built_in,
    use_wording,
)
from core.web.bodies import StrictSerializer, parse
from inference.prompts.wordings import MAX_CHARS


class PromptBody(StrictSerializer):
    """Another wording of a step: system text, a line =====, user text. It takes the same values as
    the built-in one, and text from outside stays fenced."""

    step = serializers.ChoiceField(choices=steps())
    text = serializers.CharField(max_length=MAX_CHARS, trim_whitespace=False)
    note = serializers.CharField(max_length=MAX_NOTE, required=False, default="", allow_blank=True)


class AboutBody(StrictSerializer):
    """On what a wording is shown: a photo, or the crop or question that its step is about."""

    photo = serializers.IntegerField(required=False)
    crop = serializers.IntegerField(required=False)
    question = serializers.IntegerField(required=False)


class PromptStepBody(StrictSerializer):
    """A step of a pipeline."""

    step = serializers.ChoiceField(choices=steps())


class PromptReply(serializers.Serializer[Any]):
    """An own wording; it never changes. ``name`` and ``hash`` are what drafts carry."""

    id = serializers.IntegerField(source="pk")
    step = serializers.CharField()
    number = serializers.IntegerField()
    name = serializers.SerializerMethodField()
    hash = serializers.CharField()
    text = serializers.CharField()
    note = serializers.CharField()
    is_active = serializers.BooleanField()
    previewed_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()

    def get_name(self, row: Prompt) -> str:
        """Such as guidance.refine@p3."""
        return name_of(row)


class PromptStepReply(serializers.Serializer[Any]):
    """What a step is asked by now."""

    step = serializers.CharField()
    name = serializers.CharField()
    hash = serializers.CharField()


class PromptFilter(django_filters.FilterSet):
    """By step, and those in use."""

    step = django_filters.ChoiceFilter(choices=[(step, step) for step in steps()])
    is_active = django_filters.BooleanFilter()


class PromptsView(ProjectListView):
    """/prompts/."""

    rights: ClassVar[dict[str, Right]] = {"GET": Right.SEE_DRAFTS, "POST": Right.RUN_DRAFTS}
    serializer_class = PromptReply
    filterset_class = PromptFilter
    queryset = Prompt.objects.none()

    @extend_schema(operation_id="prompts_list", responses=PromptReply(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """The project's own wordings, newest first."""
        return self.answer_page(prompts_in(self.project))

    @extend_schema(operation_id="prompts_create", request=PromptBody, responses={201: PromptReply})
    def post(self, request: Request, slug: str) -> Response:
        """Add another wording. Nothing is asked by it until it is previewed and used."""
        values = parse(PromptBody, request)
        row = add_wording(project=self.project, by=self.person, **values)
        return Response(PromptReply(row).data, status=201)


class StepsView(ProjectView):
    """/prompts/steps/."""

    rights: ClassVar[dict[str, Right]] = {"GET": Right.SEE_DRAFTS, "POST": Right.RUN_DRAFTS}

    @extend_schema(responses=PromptStepReply(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """Every step with the wording that is used now."""
        return self._answer()

    @extend_schema(request=PromptStepBody, responses=PromptStepReply(many=True))
    def post(self, request: Request, slug: str) -> Response:
        """Go back to the built-in wording of a step."""
        step = parse(PromptStepBody, request)["step"]
        use_built_in(project=self.project, step=step, by=self.person)
        return self._answer()

    def _answer(self) -> Response:
        own = own_wordings(self.project.pk)
        found = [(step, own.get(step) or built_in(step)) for step in steps()]
        rows = [{"step": step, "name": each.name, "hash": each.hash} for step, each in found]
        return Response(PromptStepReply(rows, many=True).data)


class OnePromptView(ProjectView):
    """/prompts/<id>/."""

    rights: ClassVar[dict[str, Right]] = {"GET": Right.SEE_DRAFTS}

    @extend_schema(operation_id="prompts_retrieve", responses=PromptReply)
    def get(self, request: Request, slug: str, prompt_id: int) -> Response:
        """One wording."""
        return Response(PromptReply(prompt_in(self.project, prompt_id)).data)


class PreviewPromptView(ProjectView):
    """/prompts/<id>/preview/."""

    rights: ClassVar[dict[str, Right]] = {"POST": Right.RUN_DRAFTS}
    throttle_classes = (AskingThrottle,)

    @extend_schema(request=AboutBody, responses={202: JobSerializer})
    def post(self, request: Request, slug: str, prompt_id: int) -> Response:
        """Render it as a model would get it: the job's result holds the texts. No model is asked."""
        prompt = prompt_in(self.project, prompt_id)
        about = shown(self.project, **parse(AboutBody, request))
        job = preview_wording(
            prompt=prompt, photo=about.photo, crop=about.crop, question=about.question,
            by=self.person,
        )  # fmt: skip
        return Response(JobSerializer(job).data, status=202)


class UsePromptView(ProjectView):
    """/prompts/<id>/use/."""

    rights: ClassVar[dict[str, Right]] = {"POST": Right.RUN_DRAFTS}

    @extend_schema(request=None, responses=PromptReply)
    def post(self, request: Request, slug: str, prompt_id: int) -> Response:
        """Ask by it from the next batch on; it must have been previewed."""
        row = use_wording(prompt=prompt_in(self.project, prompt_id), by=self.person)
        return Response(PromptReply(row).data)


class ChecksBody(StrictSerializer):
    """How drafts are checked; what is left out is as it ships. Lengths are in words."""

    levels = serializers.DictField(
        child=serializers.ChoiceField(choices=[(level.value, words) for level, words in LEVELS]),
        required=False, default=dict, help_text=f"By verifier: {', '.join(VERIFIERS)}.",
    )  # fmt: skip
    language = serializers.ChoiceField(
        choices=list(LANGUAGES.items()), required=False, default="en", allow_blank=True
    )
    min_guidance_words = serializers.IntegerField(required=False, min_value=0, max_value=5_000)
    max_guidance_words = serializers.IntegerField(required=False, min_value=0, max_value=5_000)
    min_rationale_words = serializers.IntegerField(required=False, min_value=0, max_value=5_000)
    max_rationale_words = serializers.IntegerField(required=False, min_value=0, max_value=5_000)


class ChecksReply(serializers.Serializer[Any]):
    """What each verifier's findings do: block, note or off; and what is expected of a text."""

    levels = serializers.DictField(child=serializers.CharField())
    language = serializers.CharField()
    min_guidance_words = serializers.IntegerField()
    max_guidance_words = serializers.IntegerField()
    min_rationale_words = serializers.IntegerField()
    max_rationale_words = serializers.IntegerField()


class ChecksView(ProjectView):
    """/draft-checks/."""

    rights: ClassVar[dict[str, Right]] = {"GET": Right.SEE_DRAFTS, "PUT": Right.RUN_DRAFTS}

    @extend_schema(responses=ChecksReply)
    def get(self, request: Request, slug: str) -> Response:
        """How the project's drafts are checked."""
        return self._answer(stored_settings(self.project.settings))

    @extend_schema(request=ChecksBody, responses=ChecksReply)
    def put(self, request: Request, slug: str) -> Response:
        """Set it, for the batches that run from now on."""
        values = parse(ChecksBody, request)
        return self._answer(set_checks(project=self.project, given=values, by=self.person))

    def _answer(self, kept: CheckSettings) -> Response:
        levels = {name: kept.level(name).value for name in VERIFIERS}
        return Response(ChecksReply({**kept.model_dump(), "levels": levels}).data)


class QualityReply(serializers.Serializer[Any]):
    """How drafts fare: groups by model and wording, and by batch, as counts and sums
    (`annotation.figures.Group`); ``is_old`` while newer rows are being counted."""

    computed_at = serializers.DateTimeField(allow_null=True)
    is_old = serializers.BooleanField()
    models = serializers.ListField(child=serializers.DictField())
    rounds = serializers.ListField(child=serializers.DictField())


class QualityView(ProjectView):
    """/draft-quality/."""

    rights: ClassVar[dict[str, Right]] = {"GET": Right.SEE_DRAFTS}

    @extend_schema(responses=QualityReply)
    def get(self, request: Request, slug: str) -> Response:
        """The figures as they were counted last; out of date ones are counted anew."""
        stored = stored_quality(self.project)
        if stored is None or stored.is_old:
            refresh_quality(project=self.project)
        found = Figures() if stored is None else stored.figures
        reply = {
            **found.model_dump(), "is_old": stored is None or stored.is_old,
            "computed_at": None if stored is None else stored.computed_at,
        }  # fmt: skip
        return Response(QualityReply(reply).data)
