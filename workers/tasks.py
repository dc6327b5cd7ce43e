"""Every Celery task, thin: find the row, call the service, map failure."""

from __future__ import annotations

import logging

from celery import shared_task

from catalog.services.abandoned import clear_abandoned_uploads
from core.errors import ReframeError
from core.jobs import run_claimed
from core.jobs.running import claim
from core.models import JobState
from workers.handlers import handler_of
from workers.sweeping import sweep_everything

log = logging.getLogger(__name__)


@shared_task(name="workers.run_job", ignore_result=True)
def run_job(job_id: str) -> None:
    """Claim a job and run its handler; a second delivery of the message finds nothing to claim."""
    run = claim(job_id)
    if run is None:
        return
    try:
        run_claimed(run, handler_of(run.job.kind))
    except Exception:
        log.exception("Job %s (%s) failed inside the program.", job_id, run.job.kind)
        run.finish(JobState.FAILED, error="The program failed here; the worker's log says where.")


@shared_task(name="workers.sweep", ignore_result=True)
def sweep() -> None:
    """Ring again for jobs nobody heard of, free what dead workers held, look after open runs."""
    sweep_everything()


@shared_task(name="workers.tidy", ignore_result=True)
def tidy() -> None:
    """Remove uploads that were begun a day ago and never submitted, and half-written files."""
    try:
        gone = clear_abandoned_uploads()
    except ReframeError as error:
        log.warning("Abandoned uploads stay for now: %s", error)
        return
    if any(gone.values()):
        log.info("Removed abandoned uploads: %s", gone)
