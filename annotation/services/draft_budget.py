"""What came of a request's answers, and a batch's budget, kept hard: what an answer may cost at most is set aside before it is asked for.

What is set aside stands on the request while it runs, and is given back with its end. What a dead
worker had set aside counts as spent from then on: nobody knows whether it was.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from django.db import connection, transaction
from django.db.models import DecimalField, QuerySet, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from annotation.models import Draft, DraftBatch, DraftRequest, RequestState, Verdict

SET_ASIDE = "reserved_usd"
CUT_OFF = "cut_usd"
MONEY = DecimalField(max_digits=14, decimal_places=6)


class Room(StrEnum):
    """Whether a budget has room for one more answer."""

    YES = "yes"
    SOON = "soon"  # perhaps, once others give back what they do not need
    NO = "no"


def take_over_reserve(*, request: DraftRequest) -> None:
    """Book what a dead holder of the request had set aside; written with the next change of it."""
    left = request.params.pop(SET_ASIDE, None)
    if left:
        request.params[CUT_OFF] = round(request.params.get(CUT_OFF, 0) + left, 6)


@transaction.atomic
def reserve(*, request: DraftRequest, usd: Decimal) -> Room:
    """Set aside so much for a claimed request, in place of what it had; by one worker at a time."""
    batch = DraftBatch.objects.select_for_update().get(pk=request.batch_id)
    if batch.budget_usd is None:
        return Room.YES
    aside = _aside(batch, but=request)
    if _spent(batch, aside=request) + aside + usd > batch.budget_usd:
        return Room.SOON if aside else Room.NO
    held = DraftRequest.objects.filter(
        pk=request.pk, epoch=request.epoch, state=RequestState.RUNNING
    )
    held.update(params={**request.params, SET_ASIDE: float(usd)})
    return Room.YES


LANDED = """
SELECT coalesce(sum(tokens_in), 0), coalesce(sum(tokens_out), 0), coalesce(sum(cost_usd), 0) FROM (
  SELECT tokens_in, tokens_out, cost_usd FROM annotation_draft
   WHERE request_id = %(request)s AND created_at >= %(since)s
  UNION ALL
  SELECT v.tokens_in, v.tokens_out, v.cost_usd
    FROM annotation_verdict v JOIN annotation_draft d ON d.id = v.draft_id
   WHERE (d.request_id = %(request)s OR d.id = %(draft)s) AND v.created_at >= %(since)s) rows
"""


def landed(
    *, request: DraftRequest, draft: Draft | None, since: datetime
) -> tuple[int, int, Decimal]:
    """Tokens in, tokens out and US dollars that drafts of a request, and their verdicts, have taken
    since then; ``draft`` is one of an earlier request that this one checked."""
    with connection.cursor() as cursor:
        told = {"request": request.pk, "draft": getattr(draft, "pk", None), "since": since}
        cursor.execute(LANDED, told)
        tokens_in, tokens_out, usd = cursor.fetchone()
    return int(tokens_in), int(tokens_out), usd


def _aside(batch: DraftBatch, *, but: DraftRequest) -> Decimal:
    """What other requests that run have set aside."""
    rows = batch.requests.filter(state=RequestState.RUNNING).exclude(pk=but.pk)
    return _sum_of_params(rows, SET_ASIDE)


def _spent(batch: DraftBatch, *, aside: DraftRequest) -> Decimal:
    """Drafts, checks, answers of no use, and what was lost with a worker."""
    drafts = Draft.objects.filter(request__batch=batch).aggregate(usd=Sum("cost_usd"))["usd"]
    checks = Verdict.objects.filter(draft__request__batch=batch).aggregate(usd=Sum("cost_usd"))[
        "usd"
    ]
    others = batch.requests.exclude(pk=aside.pk)
    mine = Decimal(str(aside.params.get("cost_usd", 0))) + Decimal(
        str(aside.params.get(CUT_OFF, 0))
    )
    lost = _sum_of_params(others, "cost_usd") + _sum_of_params(others, CUT_OFF)
    return (drafts or Decimal(0)) + (checks or Decimal(0)) + lost + mine


def _sum_of_params(rows: QuerySet[DraftRequest], name: str) -> Decimal:
    found: Decimal | None = rows.aggregate(usd=Sum(Cast(KT(f"params__{name}"), MONEY)))["usd"]
    return found or Decimal(0)
