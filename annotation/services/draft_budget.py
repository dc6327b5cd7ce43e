"""What came of a request's answers, and a batch's budget, kept hard: what an answer may cost at most is set aside before it is asked for.

The batch's row holds one sum, ``committed_usd``: what was spent, and what runs have set aside. It moves by
conditional UPDATEs together with the request that it moves for, so that it is always what the rows add
up to (`recount`). Of a request that runs, what is set aside covers all that it cost beside the rows of
earlier runs; what a dead worker had set aside counts as spent, as far as no row says what came of it.

Locks are always taken in the same order: the batch, then the request.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_UP, Decimal
from enum import StrEnum
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q

from annotation.models import Draft, DraftBatch, DraftRequest, RequestState
from core.errors import Conflict

SET_ASIDE, SINCE = "reserved_usd", "reserved_at"
CUT_OFF = "cut_usd"
# Checks of a draft that belongs to another batch stand on its rows; this batch paid for them.
ELSEWHERE = "elsewhere_usd"
OWN = ("cost_usd", CUT_OFF, ELSEWHERE)
PART = Decimal("0.000001")
TAKEN = "Another worker has taken this request over."


class Room(StrEnum):
    """Whether a budget has room for one more answer."""

    YES = "yes"
    SOON = "soon"  # perhaps, once others give back what they do not need
    NO = "no"


@dataclass(frozen=True)
class Landed:
    """What came to stand on drafts and verdicts; ``elsewhere_usd`` of it on another batch's."""

    tokens_in: int = 0
    tokens_out: int = 0
    usd: Decimal = Decimal(0)
    elsewhere_usd: Decimal = Decimal(0)


@dataclass(frozen=True)
class Spending:
    """What a run of a request took: ``lost`` (tokens and dollars) came to nothing. ``reserved_usd`` is
    what was set aside for it; None where nothing was."""

    lost: dict[str, Any] = field(default_factory=dict)
    landed: Landed = field(default_factory=Landed)
    reserved_usd: Decimal | None = None


NOTHING = Spending()


def take_over_reserve(*, request: DraftRequest) -> None:
    """Book what a dead holder of the request had set aside, as far as no row says what came of it."""
    if SET_ASIDE not in request.params:
        return
    params = dict(request.params)
    aside, since = money(params.pop(SET_ASIDE)), params.pop(SINCE, None)
    known = _own(params)
    if since is not None:
        known += landed(request=request, draft=None, since=datetime.fromisoformat(since)).usd
    params[CUT_OFF] = float(money(params.get(CUT_OFF, 0)) + max(aside - known, Decimal(0)))
    with transaction.atomic():
        _move(request.batch_id, max(known - aside, Decimal(0)))
        _hold(request, params)
    request.params = params


def reserve(
    *, request: DraftRequest, usd: Decimal, before: Decimal | None, since: datetime
) -> tuple[Room, Decimal | None]:
    """Set aside so much for a claimed request, in place of what it had (``before``); whether there was
    room, and what is set aside now. ``since`` is when its run began."""
    own = _own(request.params)
    total = (own + usd).quantize(PART, ROUND_UP)
    more = total - (own if before is None else before)
    kept = {**request.params, SET_ASIDE: float(total), SINCE: since.isoformat()}
    with transaction.atomic():
        if _fits(request.batch_id, more):
            _hold(request, kept)
            return Room.YES, total
        # Under its lock nobody is between giving something back and saying so.
        DraftBatch.objects.select_for_update().get(pk=request.batch_id)
        if not _fits(request.batch_id, more):
            return _later(request), before
        _hold(request, kept)
    return Room.YES, total


def _hold(request: DraftRequest, params: dict[str, Any]) -> None:
    if not _held(request).update(params=params):
        raise Conflict(TAKEN)


def _fits(batch_id: int, more: Decimal) -> bool:
    """Add to the sum if the budget has room for it, by one statement."""
    has_room = Q(budget_usd=None) | Q(budget_usd__gte=F("committed_usd") + more)
    rows = DraftBatch.objects.filter(pk=batch_id)
    if more > 0:
        rows = rows.filter(has_room)
    return bool(rows.update(committed_usd=F("committed_usd") + more))


def _later(request: DraftRequest) -> Room:
    """Whether another one that runs may give something back."""
    others = DraftRequest.objects.filter(
        batch=request.batch_id, state=RequestState.RUNNING, params__has_key=SET_ASIDE
    )
    return Room.SOON if others.exclude(pk=request.pk).exists() else Room.NO


def settle(*, request: DraftRequest, params: dict[str, Any], spending: Spending) -> dict[str, Any]:
    """Put the real cost of a run in place of what was set aside for it; the params to be written with
    the request's end, in the same transaction."""
    if spending.reserved_usd is None:
        return params
    elsewhere = spending.landed.elsewhere_usd
    if elsewhere:
        params[ELSEWHERE] = float(money(params.get(ELSEWHERE, 0)) + elsewhere)
    real = _own(params) + spending.landed.usd - elsewhere
    _move(request.batch_id, real - spending.reserved_usd)
    return params


def _move(batch_id: int, more: Decimal) -> None:
    if more:
        rows = DraftBatch.objects.filter(pk=batch_id)
        rows.update(committed_usd=F("committed_usd") + more)


def _own(params: dict[str, Any]) -> Decimal:
    """What a request itself holds of costs, beside drafts and verdicts."""
    return sum((money(params.get(name, 0)) for name in OWN), Decimal(0))


def money(value: Any) -> Decimal:
    """US dollars to the millionth."""
    return Decimal(str(value)).quantize(PART)


def _held(request: DraftRequest) -> Any:
    return DraftRequest.objects.filter(
        pk=request.pk, epoch=request.epoch, state=RequestState.RUNNING
    )


LANDED = """
SELECT coalesce(sum(tokens_in), 0), coalesce(sum(tokens_out), 0), coalesce(sum(cost_usd), 0),
       coalesce(sum(cost_usd) FILTER (WHERE NOT is_own), 0) FROM (
  SELECT tokens_in, tokens_out, cost_usd, true AS is_own FROM annotation_draft
   WHERE request_id = %(request)s AND created_at >= %(since)s
  UNION ALL
  SELECT v.tokens_in, v.tokens_out, v.cost_usd, d.request_id IS NOT DISTINCT FROM %(request)s
    FROM annotation_verdict v JOIN annotation_draft d ON d.id = v.draft_id
   WHERE (d.request_id = %(request)s OR d.id = %(draft)s) AND v.created_at >= %(since)s) rows
"""


def landed(*, request: DraftRequest, draft: Draft | None, since: datetime) -> Landed:
    """What drafts of a request, and their verdicts, have taken since then; ``draft`` is one of an
    earlier request that this one checked."""
    with connection.cursor() as cursor:
        told = {"request": request.pk, "draft": getattr(draft, "pk", None), "since": since}
        cursor.execute(LANDED, told)
        tokens_in, tokens_out, usd, elsewhere = cursor.fetchone()
    return Landed(int(tokens_in), int(tokens_out), usd, elsewhere)


# What each request of a batch counts for: what it set aside and the rows of earlier runs, or what it
# holds and all rows.
ROWS = """
WITH asked AS (
  SELECT id, (params->>'reserved_usd')::numeric AS aside,
         coalesce((params->>'reserved_at')::timestamptz, 'infinity') AS since,
         coalesce((params->>'cost_usd')::numeric, 0) + coalesce((params->>'cut_usd')::numeric, 0)
         + coalesce((params->>'elsewhere_usd')::numeric, 0) AS own
    FROM annotation_draftrequest WHERE batch_id = %(batch)s),
landed AS (
  SELECT a.id, d.cost_usd, d.created_at FROM asked a JOIN annotation_draft d ON d.request_id = a.id
  UNION ALL
  SELECT a.id, v.cost_usd, v.created_at FROM asked a JOIN annotation_draft d ON d.request_id = a.id
    JOIN annotation_verdict v ON v.draft_id = d.id)
SELECT coalesce((SELECT sum(coalesce(aside, own)) FROM asked), 0)
     + coalesce((SELECT sum(l.cost_usd) FROM landed l JOIN asked a USING (id)
                  WHERE a.aside IS NULL OR l.created_at < a.since), 0)
"""


def counted(batch: DraftBatch) -> Decimal:
    """What a batch's rows add up to now."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS, {"batch": batch.pk})
        return money(cursor.fetchone()[0])


@transaction.atomic
def recount(*, batch: DraftBatch) -> bool:
    """Set the sum to what the rows add up to, whatever went wrong before; whether it was another."""
    held = DraftBatch.objects.select_for_update().get(pk=batch.pk)
    right = counted(held)
    DraftBatch.objects.filter(pk=batch.pk).update(committed_usd=right)
    return held.committed_usd != right
