"""Writing a job's row and ringing the worker's bell after commit."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from celery import current_app
from django.db import IntegrityError, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from core.errors import Conflict
from core.jobs.kinds import KINDS, Kind
from core.models import Job, JobState

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

log = logging.getLogger(__name__)
RUN_JOB = "workers.run_job"


def start(
    kind: Kind,
    *,
    by: AbstractBaseUser | None,
    scope: str = "",
    subject: str = "",
    params: dict[str, Any] | None = None,
    key: str | None = None,
    total: int | None = None,
    delay_s: float = 0,
) -> Job:
    """Write a job and send it after commit.

    With a ``key``, a job of the same kind and key that still waits is given back instead of a
    second one; one that already runs does not count, since it may have read the old state.
    """
    job = Job(
        kind=kind.name,
        queue=kind.queue,
        max_attempts=kind.max_attempts,
        owner_id=getattr(by, "pk", None),
        scope=scope,
        subject=subject,
        params=params or {},
        key=key,
        total=total,
        not_before=timezone.now() + timedelta(seconds=delay_s) if delay_s else None,
    )
    found = _insert(job) if key is None else _insert_or_join(job)
    # Who joins a job that waits for its time leaves the ringing to whoever started it.
    if found is job or not delay_s:
        transaction.on_commit(lambda: _ring(found, delay_s))
    return found


def _insert(job: Job) -> Job:
    job.save(force_insert=True)
    return job


def _insert_or_join(job: Job) -> Job:
    waiting = Job.objects.filter(kind=job.kind, key=job.key, state=JobState.QUEUED)
    for _ in range(5):
        # ON CONFLICT DO NOTHING: an error here would spoil the caller's transaction.
        Job.objects.bulk_create([job], ignore_conflicts=True)
        found = waiting.first()
        if found is not None:
            return job if found.pk == job.pk else found
        if Job.objects.filter(pk=job.pk).exists():  # inserted, and already taken by a worker
            return job
    raise Conflict("This job starts and ends too quickly to be joined; try again.")


def send(job_id: UUID, *, delay_s: float = 0) -> None:
    """Ring the bell. If the broker is away the sweep rings later; the row is safe."""
    job = Job.objects.filter(pk=job_id, state=JobState.QUEUED).only("queue").first()
    if job is not None:
        _ring(job, delay_s)


def _ring(job: Job, delay_s: float) -> None:
    try:
        current_app.send_task(
            RUN_JOB,
            args=[str(job.pk)],
            queue=job.queue,
            ignore_result=True,
            countdown=delay_s + 0.05 if delay_s else None,
        )
    except (OperationalError, OSError) as error:
        log.warning("The broker does not answer; job %s waits for the sweep: %s", job.pk, error)
        return
    Job.objects.filter(pk=job.pk, state=JobState.QUEUED).update(sent_at=timezone.now())


def retry(*, job: Job) -> Job:
    """Queue a failed or cancelled job again, with a fresh count of attempts."""
    ended = Job.objects.filter(pk=job.pk, state__in=[JobState.FAILED, JobState.CANCELLED])
    try:
        with transaction.atomic():
            moved = ended.update(
                state=JobState.QUEUED,
                error="",
                message="",
                cancel_requested=False,
                ended_at=None,
                max_attempts=job.epoch + KINDS[job.kind].max_attempts,
            )
    except IntegrityError:
        raise Conflict("The same work waits already in another job.") from None
    if not moved:
        raise Conflict("Only a failed or cancelled job can be run again.")
    transaction.on_commit(lambda: send(job.pk))
    job.refresh_from_db()
    return job
