"""Doing a job here and now, as a worker would, in this process."""

from __future__ import annotations

from core.jobs import run_claimed
from core.jobs.running import claim
from core.models import Job
from workers.handlers import handler_of


def run(job: Job) -> Job:
    """Claim and run; the row as it is afterwards."""
    claimed = claim(job.pk)
    assert claimed is not None, f"the job is {job.state}"
    run_claimed(claimed, handler_of(job.kind))
    job.refresh_from_db()
    return job
