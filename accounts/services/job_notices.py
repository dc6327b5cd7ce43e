"""Telling whoever started a piece of background work that it is done, or what went wrong."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse

from accounts.kinds import JOB_ENDED, JOB_FAILED
from accounts.models import Project, User
from accounts.roles import Right, can
from accounts.services.notifying import notify
from core.jobs import KINDS
from core.models import Job, JobState

SCOPE = "project/"


def tell_owner(job_id: UUID) -> None:
    """For `core.jobs.ending`: only kinds for which nobody sits and waits, and who may see the job."""
    job = Job.objects.select_related("owner").filter(pk=job_id).first()
    if job is None or not KINDS[job.kind].is_told or not isinstance(job.owner, User):
        return
    project = _project_of(job)
    if project is None or not can(job.owner, Right.SEE_JOBS, project):
        return
    has_failed = job.state == JobState.FAILED
    title = KINDS[job.kind].title
    notify(
        kind=JOB_FAILED if has_failed else JOB_ENDED, people=[job.owner.pk], project=project,
        text=f"{title}: failed. {job.error}" if has_failed else f"{title}: done",
        address=reverse("accounts:job", args=[project.slug, job.pk]),
        key=f"job/{job.pk}", event=job.epoch,
    )  # fmt: skip


def _project_of(job: Job) -> Project | None:
    number = job.scope.removeprefix(SCOPE)
    if not job.scope.startswith(SCOPE) or not number.isdigit():
        return None
    return Project.objects.filter(pk=int(number)).first()
