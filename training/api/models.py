"""Checkpoints and models: list, add, register, promote."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.access import ProjectListView, ProjectView
from accounts.roles import Right
from core.web.bodies import parse
from training.api.bodies import BaseModelBody, NameBody, PromoteBody
from training.api.filters import CheckpointFilter, ModelFilter
from training.api.shapes import CheckpointReply, ModelReply, PromotedReply
from training.models import Checkpoint, Model
from training.selectors.runs import checkpoint_in, checkpoints_of, model_in, models_of
from training.services.promoting import promote
from training.services.registering import register_base, register_checkpoint

Rights = Mapping[str, Right | None]


class CheckpointsView(ProjectListView):
    """/checkpoints/."""

    rights: ClassVar[Rights] = {"GET": Right.SEE_RUNS}
    serializer_class = CheckpointReply
    filterset_class = CheckpointFilter
    queryset = Checkpoint.objects.none()

    @extend_schema(operation_id="checkpoints_list", responses=CheckpointReply(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """Checkpoints of the project's runs, newest first."""
        return self.answer_page(checkpoints_of(self.project))


class RegisterCheckpointView(ProjectView):
    """/checkpoints/<id>/register/."""

    rights: ClassVar[Rights] = {"POST": Right.TRAIN}

    @extend_schema(
        operation_id="checkpoints_register", request=NameBody, responses={201: ModelReply}
    )
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Make a checkpoint a model; one that is a model already is given back as it is."""
        checkpoint = checkpoint_in(self.project, pk)
        body = parse(NameBody, request)
        model = register_checkpoint(checkpoint=checkpoint, by=self.person, **body)
        return Response(ModelReply(model).data, status=201)


class ModelsView(ProjectListView):
    """/models/."""

    rights: ClassVar[Rights] = {"GET": Right.SEE_RUNS, "POST": Right.TRAIN}
    serializer_class = ModelReply
    filterset_class = ModelFilter
    queryset = Model.objects.none()

    @extend_schema(operation_id="models_list", responses=ModelReply(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """Models of the project, newest first."""
        return self.answer_page(models_of(self.project))

    @extend_schema(operation_id="models_add", request=BaseModelBody, responses={201: ModelReply})
    def post(self, request: Request, slug: str) -> Response:
        """Add a base model from a folder of the server; only safetensors, no code of its own."""
        body = parse(BaseModelBody, request)
        model = register_base(project=self.project, by=self.person, **body)
        return Response(ModelReply(model).data, status=201)


class OneModelView(ProjectView):
    """/models/<id>/."""

    rights: ClassVar[Rights] = {"GET": Right.SEE_RUNS}

    @extend_schema(operation_id="models_retrieve", responses=ModelReply)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """One model."""
        return Response(ModelReply(model_in(self.project, pk)).data)


class PromoteModelView(ProjectView):
    """/models/<id>/promote/."""

    rights: ClassVar[Rights] = {"POST": Right.TRAIN}

    @extend_schema(operation_id="models_promote", request=PromoteBody, responses=PromotedReply)
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Let the model draft crops for a share of the photos; again changes the share."""
        model = model_in(self.project, pk)
        source = promote(model=model, by=self.person, **parse(PromoteBody, request))
        return Response(PromotedReply(source).data)
