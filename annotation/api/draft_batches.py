"""Batches of drafts: start, watch, steer, draft again."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.access import ProjectListView, ProjectView
from accounts.roles import Right
from annotation.api import draft_bodies as bodies
from annotation.api.draft_sources import AskingThrottle
from annotation.models import BatchState, DraftBatch, DraftRequest, RequestState
from annotation.pipelines import PIPELINES, pipeline_of
from annotation.selectors.draft_batches import (
    batch_costs,
    batch_in,
    batch_progress,
    batches_in,
    request_in,
    requests_of,
    troubled,
)
from annotation.selectors.draft_photos import Choice, photos_for
from annotation.selectors.draft_sources import source_in
from annotation.services.drafting import (
    cancel_batch,
    draft_again,
    draft_all_again,
    pause_batch,
    resume_batch,
    set_budget,
    start_batch,
)
from core.web.bodies import parse

MOVES = {"pause": pause_batch, "resume": resume_batch, "cancel": cancel_batch}


class BatchFilter(django_filters.FilterSet):
    """By state and pipeline."""

    state = django_filters.ChoiceFilter(choices=BatchState.choices)
    pipeline = django_filters.ChoiceFilter(choices=[(name, name) for name in PIPELINES])


class RequestFilter(django_filters.FilterSet):
    """By state and photo."""

    state = django_filters.ChoiceFilter(choices=RequestState.choices)
    photo = django_filters.NumberFilter(field_name="photo_id")


class BatchesView(ProjectListView):
    """/draft-batches/."""

    rights: ClassVar[dict[str, Right]] = {"GET": Right.SEE_DRAFTS, "POST": Right.RUN_DRAFTS}
    serializer_class = bodies.BatchReply
    filterset_class = BatchFilter
    queryset = DraftBatch.objects.none()
    throttle_classes = (AskingThrottle,)

    @extend_schema(operation_id="draft_batches_list", responses=bodies.BatchReply(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """The project's batches, newest first."""
        return self.answer_page(batches_in(self.project))

    @extend_schema(
        operation_id="draft_batches_create",
        request=bodies.BatchBody,
        responses={201: bodies.BatchReply},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Start a batch over the chosen photos."""
        row = self._start(parse(bodies.BatchBody, request))
        return Response(bodies.BatchReply(row).data, status=201)

    def _start(self, values: dict[str, Any]) -> DraftBatch:
        ids, verifier = values["photo_ids"], values["verifier"]
        choice = Choice(
            values["photos"], values["filters"], None if ids is None else tuple(ids),
            values["limit"],
        )  # fmt: skip
        kind = pipeline_of(values["pipeline"]).kind
        source = source_in(self.project, values["source"])
        return start_batch(
            project=self.project, pipeline=values["pipeline"], source=source,
            verifier=None if verifier is None else source_in(self.project, verifier),
            photos=photos_for(self.project, kind, choice, source).iterator(2000),
            parameters=dict(values["parameters"]), max_attempts=values["max_attempts"],
            budget_usd=values["budget_usd"], by=self.person,
        )  # fmt: skip


class OneBatchView(ProjectView):
    """/draft-batches/<id>/."""

    rights: ClassVar[dict[str, Right]] = {"GET": Right.SEE_DRAFTS, "PATCH": Right.RUN_DRAFTS}

    @extend_schema(operation_id="draft_batches_retrieve", responses=bodies.BatchDetailReply)
    def get(self, request: Request, slug: str, batch_id: int) -> Response:
        """One batch: how far it is, and what it cost so far."""
        return self._answer(batch_in(self.project, batch_id))

    @extend_schema(request=bodies.BudgetBody, responses=bodies.BatchDetailReply)
    def patch(self, request: Request, slug: str, batch_id: int) -> Response:
        """Change the budget; nothing else of a batch can be changed."""
        batch = batch_in(self.project, batch_id)
        budget = parse(bodies.BudgetBody, request)["budget_usd"]
        return self._answer(set_budget(batch=batch, budget_usd=budget, by=self.person))

    def _answer(self, batch: DraftBatch) -> Response:
        progress, costs = batch_progress(batch), batch_costs(batch)
        found = {
            "batch": batch, "requests": progress.counts, "done": progress.done,
            "total": progress.total, "rate": progress.rate, "left_s": progress.left_s,
            "cost_usd": costs.usd, "unpriced": costs.unpriced, "tokens_in": costs.tokens_in,
            "tokens_out": costs.tokens_out,
        }  # fmt: skip
        return Response(bodies.BatchDetailReply(found).data)


class MoveBatchView(ProjectView):
    """/draft-batches/<id>/<pause, resume or cancel>/."""

    rights: ClassVar[dict[str, Right]] = {"POST": Right.RUN_DRAFTS}
    move: str = ""

    @extend_schema(request=None, responses=bodies.BatchReply)
    def post(self, request: Request, slug: str, batch_id: int) -> Response:
        """Pause, resume or cancel. What is with a model now still ends; nothing new starts."""
        row = MOVES[self.move](batch=batch_in(self.project, batch_id), by=self.person)
        return Response(bodies.BatchReply(row).data)


class RequestsView(ProjectListView):
    """/draft-batches/<id>/requests/."""

    rights: ClassVar[dict[str, Right]] = {"GET": Right.SEE_DRAFTS}
    serializer_class = bodies.RequestReply
    filterset_class = RequestFilter
    queryset = DraftRequest.objects.none()

    @extend_schema(responses=bodies.RequestReply(many=True))
    def get(self, request: Request, slug: str, batch_id: int) -> Response:
        """The photos of a batch and how each of them ended."""
        return self.answer_page(requests_of(batch_in(self.project, batch_id)))


class AllAgainView(ProjectView):
    """/draft-batches/<id>/draft-again/."""

    rights: ClassVar[dict[str, Right]] = {"POST": Right.RUN_DRAFTS}
    throttle_classes = (AskingThrottle,)

    @extend_schema(request=None, responses=bodies.AgainReply)
    def post(self, request: Request, slug: str, batch_id: int) -> Response:
        """Draft everything again that was rejected or failed."""
        batch = batch_in(self.project, batch_id)
        count = draft_all_again(requests=troubled(batch), by=self.person)
        return Response(bodies.AgainReply({"requests": count}).data)


class OneAgainView(ProjectView):
    """/draft-batches/<id>/requests/<id>/draft-again/."""

    rights: ClassVar[dict[str, Right]] = {"POST": Right.RUN_DRAFTS}
    throttle_classes = (AskingThrottle,)

    @extend_schema(request=None, responses=bodies.RequestReply)
    def post(self, request: Request, slug: str, batch_id: int, request_id: int) -> Response:
        """Draft one photo again."""
        batch = batch_in(self.project, batch_id)
        draft_again(request=request_in(batch, request_id), by=self.person)
        return Response(bodies.RequestReply(request_in(batch, request_id)).data)
