"""The periodic look at all open jobs: ring again what was never heard, free what a dead worker held."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from core.jobs.ending import tell_ended
from core.jobs.sending import send
from core.jobs.waiting import put_back
from core.models import Job, JobState

UNHEARD_AFTER = timedelta(seconds=30)


def sweep() -> dict[str, int]:
    """Requeue or fail jobs whose lease ran out, then send every queued job nobody was told of."""
    now = timezone.now()
    lost = Job.objects.filter(state=JobState.RUNNING, lease_until__lt=now)
    failed = sum(_fail(job_id) for job_id in _tired(lost))
    # One by one: a job that must give way to its twin must not keep the others from being freed.
    freed = [
        job_id
        for job_id in lost.values_list("pk", flat=True)
        if put_back(lost.filter(pk=job_id), sent_at=None, message="Picked up after a lost worker.")
    ]
    waiting = (
        Job.objects.filter(state=JobState.QUEUED)
        .filter(Q(sent_at=None) | Q(sent_at__lt=now - UNHEARD_AFTER))
        .exclude(not_before__gt=now)
    )
    unheard = list(waiting.values_list("pk", flat=True)[:1000])
    for job_id in unheard:
        send(job_id)
    return {"failed": failed, "freed": len(freed), "sent": len(unheard)}


def _tired(lost: QuerySet[Job]) -> list[UUID]:
    return list(lost.filter(epoch__gte=F("max_attempts")).values_list("pk", flat=True))


def _fail(job_id: UUID) -> bool:
    now = timezone.now()
    lost = Job.objects.filter(pk=job_id, state=JobState.RUNNING, lease_until__lt=now)
    failed = lost.update(
        state=JobState.FAILED,
        ended_at=now,
        lease_until=None,
        error="The worker died each time this job ran. See the worker's log, then run it again.",
    )
    if failed:
        tell_ended(job_id)
    return bool(failed)
