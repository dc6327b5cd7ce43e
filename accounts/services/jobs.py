"""Stopping and repeating background jobs, for those who may."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from accounts.models import Project, User
from accounts.selectors.jobs import can_steer, job_in
from core import audit, jobs
from core.errors import NotAllowed
from core.models import Job

NOT_YOURS = "Only whoever started this job, or a curator, can stop or repeat it."


@transaction.atomic
def cancel_job(*, project: Project, job_id: UUID, by: User) -> Job:
    """Ask a job of the project to stop."""
    job = _job_for(project, job_id, by)
    stopped = jobs.cancel(job=job)
    _record(by, "job.cancel", project, job)
    return stopped


@transaction.atomic
def retry_job(*, project: Project, job_id: UUID, by: User) -> Job:
    """Run a failed or cancelled job of the project again."""
    job = _job_for(project, job_id, by)
    again = jobs.retry(job=job)
    _record(by, "job.retry", project, job)
    return again


def _job_for(project: Project, job_id: UUID, by: User) -> Job:
    job = job_in(project, job_id)
    if not can_steer(by, job, project):
        raise NotAllowed(NOT_YOURS)
    return job


def _record(by: User, verb: str, project: Project, job: Job) -> None:
    audit.record(actor=by, verb=verb, scope=project.scope, target=f"job/{job.pk}", kind=job.kind)
