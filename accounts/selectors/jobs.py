"""Background jobs of a project, as its people see them."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Project, User
from accounts.roles import Right, can
from core.errors import NotFound
from core.models import Job


def jobs_of(project: Project) -> QuerySet[Job]:
    """Every job filed under the project, latest first."""
    return Job.objects.filter(scope=project.scope).select_related("owner").order_by("-created_at")


def job_in(project: Project, job_id: UUID) -> Job:
    """One job of the project, or `NotFound`, the same for a job of another one."""
    job = jobs_of(project).filter(pk=job_id).first()
    if job is None:
        raise NotFound("There is no such job in this project.")
    return job


def can_steer(user: User, job: Job, project: Project) -> bool:
    """Whether the person may stop or repeat the job: whoever started it, and curators."""
    if job.owner_id == user.pk:
        return can(user, Right.SEE_JOBS, project)
    return can(user, Right.MANAGE_JOBS, project)
