"""Cancelling a job: at once while it waits, at its next word while it runs."""

from __future__ import annotations

from django.utils import timezone

from core.errors import Conflict
from core.models import Job, JobState


def cancel(*, job: Job) -> Job:
    """Ask a job to stop; `Conflict` if it has already ended."""
    stopped = Job.objects.filter(pk=job.pk, state=JobState.QUEUED).update(
        state=JobState.CANCELLED, ended_at=timezone.now(), message="Cancelled before it started."
    )
    if not stopped:
        asked = Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(cancel_requested=True)
        if not asked:
            raise Conflict("This job has already ended.")
    job.refresh_from_db()
    return job
