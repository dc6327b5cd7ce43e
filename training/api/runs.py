"""Recipes and runs: list, start, look, stop, resume."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.access import ProjectListView, ProjectView
from accounts.models import Project
from accounts.roles import Right
from core.errors import InvalidInput, NotFound
from core.web.bodies import parse
from curation.models import Export
from curation.selectors.datasets import export_in
from training.api.bodies import RunBody
from training.api.filters import MetricFilter, RunFilter
from training.api.shapes import LogReply, MetricReply, OneRunReply, RecipeReply, RunReply
from training.models import Checkpoint, Metric, Model, Run
from training.recipes import registry as recipes
from training.selectors.runs import checkpoint_in, log_tail, metric_rows, model_in, run_in, runs_of
from training.services.runs import cancel_run, resume_run, start_run

Rights = Mapping[str, Right | None]


class RecipesView(ProjectView):
    """/recipes/."""

    rights: ClassVar[Rights] = {"GET": Right.SEE_RUNS}

    @extend_schema(operation_id="recipes_list", responses=RecipeReply(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """The ways to train, with all their settings."""
        return Response(RecipeReply(list(recipes), many=True).data)


class RunsView(ProjectListView):
    """/runs/."""

    rights: ClassVar[Rights] = {"GET": Right.SEE_RUNS, "POST": Right.TRAIN}
    serializer_class = RunReply
    filterset_class = RunFilter
    queryset = Run.objects.none()

    @extend_schema(operation_id="runs_list", responses=RunReply(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """Runs of the project, newest first."""
        return self.answer_page(runs_of(self.project))

    @extend_schema(operation_id="runs_start", request=RunBody, responses={201: OneRunReply})
    def post(self, request: Request, slug: str) -> Response:
        """Start a run; a dry run goes first, and the run fails in words when that does."""
        body = parse(RunBody, request)
        run = start_run(project=self.project, by=self.person, **found_parts(self.project, body))
        return Response(OneRunReply(run_in(self.project, run.pk)).data, status=201)


def found_parts(project: Project, body: dict[str, Any]) -> dict[str, Any]:
    """The body with rows of the project in place of their ids; a wrong id is named by its field."""
    finders = {"export": _export, "base_model": model_in, "start_from": checkpoint_in}
    found = dict(body)
    for field, finder in finders.items():
        if body.get(field) is None:
            continue
        try:
            found[field] = finder(project, body[field])
        except NotFound as error:
            raise InvalidInput(error.message, field=field) from None
    return found


def _export(project: Project, pk: int) -> Export | Model | Checkpoint:
    return export_in(project, pk)


class OneRunView(ProjectView):
    """/runs/<id>/."""

    rights: ClassVar[Rights] = {"GET": Right.SEE_RUNS}

    @extend_schema(operation_id="runs_retrieve", responses=OneRunReply)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """One run with its settings and attempts."""
        return Response(OneRunReply(run_in(self.project, pk)).data)


class StopRunView(ProjectView):
    """/runs/<id>/stop/."""

    rights: ClassVar[Rights] = {"POST": Right.TRAIN}

    @extend_schema(operation_id="runs_stop", request=None, responses=OneRunReply)
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Save a checkpoint and stop; the run can be resumed."""
        run = cancel_run(run=run_in(self.project, pk), by=self.person)
        return Response(OneRunReply(run).data)


class ResumeRunView(ProjectView):
    """/runs/<id>/resume/."""

    rights: ClassVar[Rights] = {"POST": Right.TRAIN}

    @extend_schema(operation_id="runs_resume", request=None, responses=OneRunReply)
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Go on from the last complete checkpoint, as a new attempt."""
        run = resume_run(run=run_in(self.project, pk), by=self.person)
        return Response(OneRunReply(run).data)


class RunMetricsView(ProjectListView):
    """/runs/<id>/metrics/."""

    rights: ClassVar[Rights] = {"GET": Right.SEE_RUNS}
    serializer_class = MetricReply
    filterset_class = MetricFilter
    queryset = Metric.objects.none()

    @extend_schema(operation_id="runs_metrics", responses=MetricReply(many=True))
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Every figure of the run, newest first; ``?name=loss`` for one curve."""
        return self.answer_page(metric_rows(run_in(self.project, pk)))


class RunLogView(ProjectView):
    """/runs/<id>/log/."""

    rights: ClassVar[Rights] = {"GET": Right.SEE_RUNS}

    @extend_schema(operation_id="runs_log", responses=LogReply)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """The last lines that the trainer printed."""
        return Response({"lines": log_tail(run_in(self.project, pk))})
