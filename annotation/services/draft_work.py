"""The rows that a worker writes while it drafts: claims with leases, ends, drafts, verdicts."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Case, Exists, F, Min, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

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
from annotation.services.draft_budget import NOTHING, Spending, settle
from catalog.models import Crop, Photo, Question
from core.models import Job

MOST_REASON = 2000


def request_lease() -> timedelta:
    """How long a silent worker keeps a request."""
    return timedelta(seconds=settings.DRAFT_LEASE_S)


# What every pipeline needs of the photo comes with the claim, in the model's order; the rest is read where
# it is asked for.
PHOTO = ("id", "project_id", "original", "content_hash", "width", "height")
CLAIM = f"""
WITH claimed AS (
UPDATE annotation_draftrequest
   SET state = 'running', epoch = epoch + 1, attempts = attempts + 1,
       lease_until = now() + %(lease_s)s * interval '1 second', updated_at = now()
 WHERE id = (
   SELECT id FROM annotation_draftrequest
    WHERE batch_id = %(batch)s
      AND EXISTS (SELECT 1 FROM annotation_draftbatch b WHERE b.id = batch_id AND b.state = 'open')
      AND (state = 'waiting' AND (not_before IS NULL OR not_before <= now())
           OR state = 'running' AND lease_until < now())
    ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING *)
SELECT claimed.*, {", ".join(f"p.{name} AS photo__{name}" for name in PHOTO)}
  FROM claimed JOIN catalog_photo p ON p.id = claimed.photo_id
"""  # noqa: S608 - names of ours


def claim_request(*, batch: DraftBatch) -> DraftRequest | None:
    """Take the next request of an open batch, by one statement; ``None`` when none is free now."""
    told = {"batch": batch.pk, "lease_s": request_lease().total_seconds()}
    request = next(iter(DraftRequest.objects.raw(CLAIM, told)), None)
    if request is not None:
        values = [getattr(request, f"photo__{name}") for name in PHOTO]
        request.photo = Photo.from_db(request._state.db, PHOTO, values)
    return request


def keep_requests(*, held: Collection[DraftRequest]) -> int:
    """Renew the leases of requests that are being worked on; how many are still held."""
    mine = Q()
    for request in held:
        mine |= Q(pk=request.pk, epoch=request.epoch)
    if not held:
        return 0
    rows = DraftRequest.objects.filter(mine, state=RequestState.RUNNING)
    return rows.update(lease_until=timezone.now() + request_lease())


def finish_request(
    *,
    request: DraftRequest,
    state: RequestState,
    reason: str = "",
    draft: Draft | None = None,
    spent: Spending = NOTHING,
) -> bool:
    """Write how a claimed request ended; False if another worker has taken it over.

    ``draft`` is what it ended with, which an earlier batch may have paid for; ``spent`` is what
    this run of it took.
    """
    return _end(request, draft, spent, state=state, reason=reason[:MOST_REASON])


def put_back_request(
    *,
    request: DraftRequest,
    delay_s: float,
    reason: str,
    spent: Spending = NOTHING,
    spends_try: bool = True,
) -> bool:
    """Let a request be tried again after a passing failure, unless its batch is cancelled. One that
    only had to wait, for an endpoint that rests, does not spend a try."""
    cancelled = DraftBatch.objects.filter(pk=OuterRef("batch_id"), state=BatchState.CANCELLED)
    state = Case(
        When(Exists(cancelled), then=Value(RequestState.CANCELLED)),
        default=Value(RequestState.WAITING),
    )
    return _end(
        request, None, spent, state=state, reason=reason[:MOST_REASON],
        attempts=F("attempts") - (0 if spends_try else 1),
        not_before=timezone.now() + timedelta(seconds=delay_s),
    )  # fmt: skip


def _end(request: DraftRequest, draft: Draft | None, spent: Spending, **changes: Any) -> bool:
    """Write the end of a run and what it cost, both or neither."""
    params = _carried(request, draft, spent.lost)
    changes |= {"lease_until": None, "updated_at": timezone.now()}
    if spent.reserved_usd is None:
        return bool(_held(request).update(params=params, **changes))
    with transaction.atomic():
        settled = settle(request=request, params=params, spending=spent)
        is_mine = bool(_held(request).update(params=settled, **changes))
        if not is_mine:
            transaction.set_rollback(True)
        return is_mine


def _held(request: DraftRequest) -> QuerySet[DraftRequest]:
    return DraftRequest.objects.filter(
        pk=request.pk, state=RequestState.RUNNING, epoch=request.epoch
    )


def _carried(request: DraftRequest, draft: Draft | None, lost: dict[str, Any]) -> dict[str, Any]:
    """The request's params with the draft it led to, and with what came to nothing added up.

    Only the holder of the lease writes them, so that reading them first loses nothing.
    """
    params = dict(request.params)
    if draft is not None:
        params["draft"] = draft.pk
    for name in ("tokens_in", "tokens_out", "cost_usd"):
        more = lost.get(name)
        if more:
            params[name] = round(params.get(name, 0) + float(str(more)), 6)
    return params


def fail_waiting(*, batch: DraftBatch, reason: str) -> int:
    """End what waits, or what a dead worker held, in a batch that cannot be worked on at all."""
    now = timezone.now()
    return batch.requests.filter(_free(now)).update(
        state=RequestState.FAILED, reason=reason[:MOST_REASON], lease_until=None,
        epoch=F("epoch") + 1, updated_at=now,
    )  # fmt: skip


def _free(now: datetime) -> Q:
    """Requests that nobody works on."""
    return Q(state=RequestState.WAITING) | Q(state=RequestState.RUNNING, lease_until__lt=now)


@transaction.atomic
def close_if_done(*, batch: DraftBatch) -> bool:
    """Mark an open batch done when nothing of it waits or runs."""
    # The lock keeps out a "draft again" that would put requests back while we look.
    held = DraftBatch.objects.select_for_update().filter(pk=batch.pk, state=BatchState.OPEN).first()
    if held is None or open_requests(batch).exists():
        return False
    DraftBatch.objects.filter(pk=batch.pk).update(state=BatchState.DONE, ended_at=timezone.now())
    return True


def open_requests(batch: DraftBatch) -> QuerySet[DraftRequest]:
    """What waits or runs."""
    return DraftRequest.objects.filter(
        batch=batch, state__in=[RequestState.WAITING, RequestState.RUNNING]
    )


def next_due(batch: DraftBatch) -> datetime | None:
    """When the next request of a batch can be claimed; ``None`` when none is left."""
    rows = open_requests(batch).aggregate(
        waiting=Min("not_before", filter=Q(state=RequestState.WAITING)),
        free=Min("pk", filter=Q(state=RequestState.WAITING, not_before=None)),
        leased=Min("lease_until", filter=Q(state=RequestState.RUNNING)),
    )
    if rows["free"] is not None:
        return timezone.now()
    return min((at for at in (rows["waiting"], rows["leased"]) if at), default=None)


def store_draft(
    *,
    photo: Photo,
    kind: DraftKind,
    content: dict[str, Any],
    work_key: str,
    provenance: dict[str, Any],
    crop: Crop | None = None,
    question: Question | None = None,
    source: DraftSource | None = None,
    request: DraftRequest | None = None,
    parent: Draft | None = None,
    made_from: Iterable[str] = (),
) -> Draft:
    """Keep what a model said; the same ``work_key`` again gives the draft that is there."""
    draft = Draft(
        photo=photo, crop=crop, question=question, kind=kind, content=checked_content(kind, content),
        work_key=work_key, source=source, request=request, parent=parent, made_from=list(made_from), **provenance,
    )  # fmt: skip
    if _is_inserted(draft):
        draft.is_new = True
        return draft
    return Draft.objects.get(work_key=work_key)


def draft_of_work(work_key: str) -> Draft | None:
    """What was drafted of this very work before; mostly nothing, which is found out cheaply."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM annotation_draft WHERE work_key = %s", [work_key])
        row = cursor.fetchone()
    return Draft.objects.get(pk=row[0]) if row else None


def _is_inserted(row: Draft | Verdict) -> bool:
    """Whether it is there since now; False if another one holds its place. One statement needs no
    transaction of its own; within one, only a savepoint lets it go on after a refusal."""
    try:
        with transaction.atomic() if connection.in_atomic_block else nullcontext():
            row.save(force_insert=True)
    except IntegrityError:
        return False
    return True


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
    draft.is_new = False
    if _is_inserted(verdict):
        return verdict
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


def clear_cancelled() -> int:
    """End what a dead worker, or a race with the cancelling, left open in cancelled batches."""
    left = _free(timezone.now())
    rows = DraftRequest.objects.filter(left, batch__state=BatchState.CANCELLED)
    return rows.update(state=RequestState.CANCELLED, lease_until=None, epoch=F("epoch") + 1)
