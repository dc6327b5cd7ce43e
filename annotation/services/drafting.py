"""Batches of drafts: start, pause, cancel, draft again; and the rows that the pipelines write."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Project, User
from annotation import kinds
from annotation.contents import checked_content
from annotation.models import (
    BatchState,
    Draft,
    DraftBatch,
    DraftKind,
    DraftRequest,
    DraftSource,
    RequestState,
    Verdict,
)
from annotation.services.sources import check_pair
from catalog.models import Photo, PhotoState
from core import audit, jobs
from core.errors import Conflict, InvalidInput
from core.models import Job

REQUEST_LEASE = timedelta(seconds=180)
PIPELINE_KINDS = {"guidance": DraftKind.GUIDANCE, "crops": DraftKind.CROPS}
# A model in our own process must stay with the one gpu worker that keeps it warm.
IN_PROCESS_BACKENDS = frozenset({"transformers"})


@transaction.atomic
def start_batch(
    *,
    project: Project,
    pipeline: str,
    source: DraftSource,
    verifier: DraftSource | None,
    photos: Iterable[Photo],
    parameters: dict[str, Any] | None = None,
    max_attempts: int = 3,
    budget_usd: Decimal | None = None,
    by: User | None,
) -> DraftBatch:
    """One request per ready photo, and a job that works them off. Nothing is sent before commit."""
    if pipeline not in PIPELINE_KINDS:
        raise InvalidInput(f"There is no pipeline {pipeline!r}.", field="pipeline")
    check_pair(source, verifier)
    _check_home(project, source, verifier)
    chosen = [photo for photo in photos if photo.state == PhotoState.READY]
    if not chosen:
        raise InvalidInput(
            "No ready photo is selected, so there is nothing to draft.", field="photos"
        )
    if any(photo.project_id != project.pk for photo in chosen):
        raise InvalidInput("A batch drafts photos of one project only.", field="photos")
    batch = DraftBatch.objects.create(
        project=project, pipeline=pipeline, source=source, verifier=verifier,
        parameters=parameters or {}, max_attempts=max_attempts, budget_usd=budget_usd, by=by,
    )  # fmt: skip
    DraftRequest.objects.bulk_create(
        (DraftRequest(batch=batch, photo=photo) for photo in chosen), batch_size=2000
    )
    audit.record(
        actor=by, verb="drafts.start", scope=project.scope, target=f"draftbatch/{batch.pk}",
        pipeline=pipeline, photos=len(chosen),
    )  # fmt: skip
    wake(batch=batch, by=by)
    return batch


def _check_home(project: Project, *sources: DraftSource | None) -> None:
    for source in sources:
        if source is not None and (source.project_id != project.pk or not source.is_active):
            raise InvalidInput("This source is not an active one of this project.", field="source")


def wake(*, batch: DraftBatch, by: User | None) -> Job:
    """Start (or join) the job that works a batch off."""
    in_process = {batch.source.backend, batch.verifier.backend if batch.verifier else ""}
    kind = kinds.DRAFT_BATCH_GPU if in_process & IN_PROCESS_BACKENDS else kinds.DRAFT_BATCH
    return jobs.start(
        kind, by=by, scope=batch.project.scope, subject=f"draftbatch/{batch.pk}",
        params={"batch": batch.pk}, key=f"batch/{batch.pk}",
    )  # fmt: skip


def draft_again(*, request: DraftRequest, by: User) -> DraftRequest:
    """Queue a rejected or failed request once more; what was drafted before stays."""
    draft_all_again(requests=[request], by=by)
    request.refresh_from_db()
    return request


@transaction.atomic
def draft_all_again(*, requests: Iterable[DraftRequest], by: User) -> int:
    """The same for many requests of one batch; `Conflict` when none of them can be tried again."""
    chosen = list(requests)
    moved = DraftRequest.objects.filter(
        pk__in=[request.pk for request in chosen],
        state__in=[RequestState.REJECTED, RequestState.FAILED],
    ).update(state=RequestState.WAITING, reason="", not_before=None, attempts=0)
    if not moved:
        raise Conflict("Only rejected or failed drafts can be drafted again.")
    batch = chosen[0].batch
    DraftBatch.objects.filter(pk=batch.pk, state=BatchState.DONE).update(
        state=BatchState.OPEN, ended_at=None
    )
    audit.record(
        actor=by, verb="drafts.again", scope=batch.project.scope, target=f"draftbatch/{batch.pk}",
        requests=moved,
    )  # fmt: skip
    wake(batch=batch, by=by)
    return moved


@transaction.atomic
def move_batch(*, batch: DraftBatch, to: BatchState, by: User) -> DraftBatch:
    """Pause, resume or cancel. What is with a model now still ends; nothing new starts."""
    allowed = {
        BatchState.PAUSED: [BatchState.OPEN],
        BatchState.OPEN: [BatchState.PAUSED],
        BatchState.CANCELLED: [BatchState.OPEN, BatchState.PAUSED],
    }
    moved = DraftBatch.objects.filter(pk=batch.pk, state__in=allowed[to]).update(state=to)
    if not moved:
        raise Conflict(f"This batch is {batch.get_state_display()} and cannot be {to.label} now.")
    if to == BatchState.CANCELLED:
        batch.requests.filter(state=RequestState.WAITING).update(state=RequestState.CANCELLED)
    audit.record(
        actor=by, verb=f"drafts.{to}", scope=batch.project.scope, target=f"draftbatch/{batch.pk}"
    )
    batch.refresh_from_db()
    if to == BatchState.OPEN:
        wake(batch=batch, by=by)
    return batch


CLAIM = """
UPDATE annotation_draftrequest
   SET state = 'running', epoch = epoch + 1, attempts = attempts + 1,
       lease_until = now() + %(lease)s, updated_at = now()
 WHERE id = (
   SELECT id FROM annotation_draftrequest
    WHERE batch_id = %(batch)s
      AND EXISTS (SELECT 1 FROM annotation_draftbatch b WHERE b.id = batch_id AND b.state = 'open')
      AND (state = 'waiting' AND (not_before IS NULL OR not_before <= now())
           OR state = 'running' AND lease_until < now())
    ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id
"""


def claim_request(*, batch: DraftBatch) -> DraftRequest | None:
    """Take the next request of an open batch, by one statement; ``None`` when none is free now."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"batch": batch.pk, "lease": REQUEST_LEASE})
        row = cursor.fetchone()
    if row is None:
        return None
    return DraftRequest.objects.select_related("photo").get(pk=row[0])


def finish_request(*, request: DraftRequest, state: RequestState, reason: str = "") -> bool:
    """Write how a claimed request ended; False if another worker has taken it over."""
    return bool(_held(request).update(state=state, reason=reason[:2000], lease_until=None))


def put_back_request(*, request: DraftRequest, delay_s: float, reason: str) -> bool:
    """Let a request be tried again after a passing failure."""
    return bool(
        _held(request).update(
            state=RequestState.WAITING,
            lease_until=None,
            not_before=timezone.now() + timedelta(seconds=delay_s),
            reason=reason[:2000],
        )
    )


def _held(request: DraftRequest) -> Any:
    return DraftRequest.objects.filter(
        pk=request.pk, state=RequestState.RUNNING, epoch=request.epoch
    )


def close_if_done(*, batch: DraftBatch) -> bool:
    """Mark an open batch done when nothing of it waits or runs."""
    busy = batch.requests.filter(state__in=[RequestState.WAITING, RequestState.RUNNING])
    if busy.exists():
        return False
    return bool(
        DraftBatch.objects.filter(pk=batch.pk, state=BatchState.OPEN).update(
            state=BatchState.DONE, ended_at=timezone.now()
        )
    )


def store_draft(
    *,
    photo: Photo,
    kind: DraftKind,
    content: dict[str, Any],
    work_key: str,
    provenance: dict[str, Any],
    source: DraftSource | None = None,
    request: DraftRequest | None = None,
    parent: Draft | None = None,
    made_from: Iterable[str] = (),
) -> Draft:
    """Keep what a model said; the same ``work_key`` again gives the draft that is there."""
    draft = Draft(
        photo=photo, kind=kind, content=checked_content(kind, content), work_key=work_key,
        source=source, request=request, parent=parent, made_from=list(made_from), **provenance,
    )  # fmt: skip
    Draft.objects.bulk_create([draft], ignore_conflicts=True)
    return Draft.objects.get(work_key=work_key)


def store_verdict(
    *,
    draft: Draft,
    passed: bool,
    findings: list[dict[str, Any]],
    provenance: dict[str, Any],
    source: DraftSource | None = None,
) -> Verdict:
    """Keep a check of a draft; one per draft and attempt."""
    verdict = Verdict(draft=draft, passed=passed, findings=findings, source=source, **provenance)
    Verdict.objects.bulk_create([verdict], ignore_conflicts=True)
    return Verdict.objects.get(draft=draft, attempt=verdict.attempt)


def stale_batches() -> list[DraftBatch]:
    """Open batches with work that nobody does: for the sweep to wake."""
    now = timezone.now()
    due = Q(requests__state=RequestState.WAITING) | Q(
        requests__state=RequestState.RUNNING, requests__lease_until__lt=now
    )
    alive = Job.objects.filter(
        kind__in=[kinds.DRAFT_BATCH.name, kinds.DRAFT_BATCH_GPU.name],
        state__in=["queued", "running"],
    ).values_list("params__batch", flat=True)
    open_now = DraftBatch.objects.filter(due, state=BatchState.OPEN).exclude(pk__in=list(alive))
    return list(open_now.select_related("project", "source", "verifier").distinct()[:50])


def spent_usd(*, batch: DraftBatch) -> Decimal:
    """What a batch has cost so far, as far as prices are known."""
    drafts = Draft.objects.filter(request__batch=batch).exclude(cost_usd=None)
    return sum((cost for cost in drafts.values_list("cost_usd", flat=True) if cost), Decimal(0))
