"""Background jobs of a project: look, stop, repeat."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.access import ProjectListView, ProjectView
from accounts.roles import Right
from accounts.selectors.jobs import job_in, jobs_of
from accounts.services.jobs import cancel_job, retry_job
from core.models import Job, JobState
from core.web.paging import LatestFirst


class JobFilter(django_filters.FilterSet):
    """By state, by kind, and by what the job is about (``photoimport/7``)."""

    state = django_filters.ChoiceFilter(choices=JobState.choices)
    kind = django_filters.CharFilter(max_length=64)
    subject = django_filters.CharFilter(max_length=96)


class JobSerializer(serializers.Serializer[Any]):
    """One piece of background work; ``total`` is null while it is not known."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    state = serializers.ChoiceField(JobState.choices)
    subject = serializers.CharField()
    owner = serializers.CharField(allow_null=True)
    done = serializers.IntegerField()
    total = serializers.IntegerField(allow_null=True)
    message = serializers.CharField()
    error = serializers.CharField()
    result = serializers.DictField()
    cancel_requested = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)


class JobsView(ProjectListView):
    """/jobs/."""

    rights: ClassVar[dict[str, Right]] = {"GET": Right.SEE_JOBS}
    serializer_class = JobSerializer
    pagination_class = LatestFirst
    filterset_class = JobFilter
    queryset = Job.objects.none()  # tells the schema the model; rows come from the selector

    @extend_schema(operation_id="jobs_list", responses=JobSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """The project's jobs, latest first."""
        return self.answer_page(jobs_of(self.project))


class OneJobView(ProjectView):
    """/jobs/<id>/."""

    rights: ClassVar[dict[str, Right]] = {"GET": Right.SEE_JOBS}

    @extend_schema(operation_id="jobs_retrieve", responses=JobSerializer)
    def get(self, request: Request, slug: str, job_id: UUID) -> Response:
        """One job."""
        return Response(JobSerializer(job_in(self.project, job_id)).data)


class CancelJobView(ProjectView):
    """/jobs/<id>/cancel/."""

    rights: ClassVar[dict[str, Right]] = {"POST": Right.SEE_JOBS}

    @extend_schema(request=None, responses=JobSerializer)
    def post(self, request: Request, slug: str, job_id: UUID) -> Response:
        """Stop a job: at once while it waits, at its next word while it runs."""
        job = cancel_job(project=self.project, job_id=job_id, by=self.person)
        return Response(JobSerializer(job).data)


class RetryJobView(ProjectView):
    """/jobs/<id>/retry/."""

    rights: ClassVar[dict[str, Right]] = {"POST": Right.SEE_JOBS}

    @extend_schema(request=None, responses=JobSerializer)
    def post(self, request: Request, slug: str, job_id: UUID) -> Response:
        """Run a failed or cancelled job again."""
        job = retry_job(project=self.project, job_id=job_id, by=self.person)
        return Response(JobSerializer(job).data)
