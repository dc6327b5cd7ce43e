"""A job as a fragment that fetches itself while the job runs, and all jobs of a project."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Project
from accounts.roles import Right
from accounts.selectors.jobs import can_steer, job_in, jobs_of
from accounts.services.jobs import cancel_job, retry_job
from accounts.views.page import ProjectRequest, page
from core.jobs import KINDS
from core.models import Job

SHOWN = 100


@require_safe
@page(Right.SEE_JOBS)
def jobs(request: ProjectRequest, project: Project) -> HttpResponse:
    """The latest jobs of the project."""
    rows = [job_context(request, project, job) for job in jobs_of(project)[:SHOWN]]
    return render(request, "accounts/jobs.html", {"rows": rows, "shown": SHOWN})


@require_safe
@page(Right.SEE_JOBS)
def job(request: ProjectRequest, project: Project, job_id: UUID) -> HttpResponse:
    """One job: the row alone for htmx, a page otherwise."""
    return _answer(request, project, job_in(project, job_id))


@require_POST
@page(Right.SEE_JOBS)
def cancel(request: ProjectRequest, project: Project, job_id: UUID) -> HttpResponse:
    """Ask the job to stop."""
    found = cancel_job(project=project, job_id=job_id, by=request.user)
    return _answer(request, project, found)


@require_POST
@page(Right.SEE_JOBS)
def retry(request: ProjectRequest, project: Project, job_id: UUID) -> HttpResponse:
    """Run the job again."""
    found = retry_job(project=project, job_id=job_id, by=request.user)
    return _answer(request, project, found)


def job_context(request: ProjectRequest, project: Project, found: Job) -> dict[str, object]:
    """What ``components/job.html`` needs."""
    may = can_steer(request.user, found, project)
    where = [project.slug, found.pk]
    kind = KINDS.get(found.kind)
    return {
        "job": found,
        "title": kind.title if kind else found.kind,
        "poll_url": reverse("accounts:job", args=where),
        "cancel_url": reverse("accounts:cancel-job", args=where) if may else "",
        "retry_url": reverse("accounts:retry-job", args=where) if may else "",
    }


def _answer(request: ProjectRequest, project: Project, found: Job) -> HttpResponse:
    context = job_context(request, project, found)
    if request.headers.get("HX-Request"):
        return render(request, "components/job.html", context)
    if request.method == "POST":
        return redirect("accounts:job", slug=project.slug, job_id=found.pk)
    return render(request, "accounts/job.html", context)
