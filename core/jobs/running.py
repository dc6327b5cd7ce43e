"""One claimed run of a job: lease kept by a heartbeat, progress and end written only while it holds."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection
from django.db.models import F
from django.utils import timezone

from core.errors import ReframeError, Unavailable
from core.jobs.ending import tell_ended
from core.jobs.kinds import KINDS
from core.jobs.sending import send
from core.jobs.waiting import put_back
from core.models import Job, JobState

log = logging.getLogger(__name__)

Handler = Callable[["JobRun"], dict[str, Any] | None]


class JobCancelled(Exception):
    """Raised inside a handler at the next progress call after somebody cancelled."""


class LeaseLost(Exception):
    """Another worker holds the job now; this run must stop without writing."""


class Again(Exception):
    """Raised by a handler that wants to look again after ``delay_s`` seconds: it is no failure.
    ``message`` says meanwhile what it waits for."""

    def __init__(self, delay_s: float, message: str = "") -> None:
        super().__init__()
        self.delay_s = delay_s
        self.message = message[:300]


class JobRun:
    """What a handler gets: the job's params and a way to say how far it is.

    ``progress`` writes at most twice a second, keeps the lease, and raises `JobCancelled` or
    `LeaseLost` when the handler should stop.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self.params: dict[str, Any] = job.params
        self._last_write = 0.0
        self._lease = timedelta(seconds=KINDS[job.kind].lease_s)

    def progress(
        self, done: int | None = None, total: int | None = None, message: str = ""
    ) -> None:
        """Say how far it is; cheap enough to call for every row."""
        now = time.monotonic()
        if now - self._last_write < 0.5 and done != total:
            return
        self._last_write = now
        changes: dict[str, Any] = {}
        if done is not None:
            changes["done"] = done
        if total is not None:
            changes["total"] = total
        if message:
            changes["message"] = message[:300]
        self._keep(**changes)

    def check(self) -> None:
        """Raise if the job was cancelled or taken over; keeps the lease."""
        self._keep()

    def _keep(self, **changes: Any) -> None:
        held = self._mine().update(lease_until=timezone.now() + self._lease, **changes)
        if not held:
            raise LeaseLost
        if self._mine().filter(cancel_requested=True).exists():
            raise JobCancelled

    def _mine(self) -> Any:
        return Job.objects.filter(pk=self.job.pk, state=JobState.RUNNING, epoch=self.job.epoch)

    def finish(self, state: JobState, **changes: Any) -> bool:
        """Write the end, once, and only while this run still holds the job."""
        won = bool(
            self._mine().update(state=state, ended_at=timezone.now(), lease_until=None, **changes)
        )
        if won and state != JobState.CANCELLED:
            tell_ended(self.job.pk)
        return won

    def requeue(self, *, delay_s: float, **changes: Any) -> None:
        """Put the job back to be run again after ``delay_s`` seconds."""
        then = timezone.now() + timedelta(seconds=delay_s)
        if put_back(self._mine(), not_before=then, **changes):
            send(self.job.pk, delay_s=delay_s)


def claim(job_id: UUID | str) -> JobRun | None:
    """Take a queued job by one conditional UPDATE; ``None`` if somebody else has it or it ended."""
    job = Job.objects.filter(pk=job_id).first()
    if job is None or job.kind not in KINDS:
        return None
    now = timezone.now()
    won = (
        Job.objects.filter(pk=job_id, state=JobState.QUEUED, epoch=job.epoch)
        .exclude(not_before__gt=now)
        .update(
            state=JobState.RUNNING,
            epoch=F("epoch") + 1,
            leased_by=f"{socket.gethostname()}:{os.getpid()}",
            lease_until=now + timedelta(seconds=KINDS[job.kind].lease_s),
            started_at=now,
        )
    )
    if not won:
        return None
    job.refresh_from_db()
    return JobRun(job)


def run_claimed(run: JobRun, handler: Handler) -> None:
    """Run the handler with a heartbeat beside it and write how it ended."""
    with _Heartbeat(run):
        try:
            result = handler(run) or {}
        except JobCancelled:
            run.finish(JobState.CANCELLED, message="Cancelled.")
        except LeaseLost:
            log.warning("Job %s was taken over; this run stops.", run.job.pk)
        except Again as again:
            said = {"message": again.message} if again.message else {}
            run.requeue(delay_s=again.delay_s, max_attempts=F("max_attempts") + 1, **said)
        except Unavailable as error:
            _retry_or_fail(run, error)
        except ReframeError as error:
            run.finish(JobState.FAILED, error=str(error))
        else:
            run.finish(JobState.SUCCEEDED, result=result)


def _retry_or_fail(run: JobRun, error: ReframeError) -> None:
    if run.job.epoch >= run.job.max_attempts:
        run.finish(JobState.FAILED, error=str(error))
        return
    run.requeue(delay_s=min(2.0**run.job.epoch, 60.0), message=str(error)[:300])


class _Heartbeat:
    """Keeps the lease from a thread of its own, for handlers that compute long between two words."""

    def __init__(self, run: JobRun) -> None:
        self._run = run
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True, name="job-lease")

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(timeout=5)

    def _beat(self) -> None:
        lease = timedelta(seconds=KINDS[self._run.job.kind].lease_s)
        while not self._stop.wait(lease.total_seconds() / 3):
            # A database that is away for a moment must not end the thread that keeps the lease.
            with suppress(OperationalError, InterfaceError):
                self._run._mine().update(lease_until=timezone.now() + lease)
        connection.close()
