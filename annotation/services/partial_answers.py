"""What a request has paid for on its way to a draft that takes many answers.

Each answer is kept on the request as soon as it is there, with what it cost. A killed worker's
successor goes on from it, and asks nothing twice. Until the draft is there the costs stand with the
request, where budget and account see them; the draft then carries them instead.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection
from pydantic import BaseModel, ConfigDict, ValidationError

from annotation.models import DraftRequest
from core.errors import Conflict

PLACE = "partial"
COUNTED = ("tokens_in", "tokens_out", "cost_usd")
# Only the holder of the lease writes, and only these keys of the request's params.
KEEP = """
UPDATE annotation_draftrequest SET params = (params - %(gone)s::text[]) || %(kept)s::jsonb
 WHERE id = %(id)s AND epoch = %(epoch)s AND state = 'running'
"""


class Paid(BaseModel):
    """What answers took together; ``unpriced`` of them had no known price."""

    model_config = ConfigDict(extra="ignore")

    tokens_in: int = 0
    tokens_out: int = 0
    cost_usd: float = 0.0
    latency_ms: int = 0
    unpriced: int = 0

    def add(
        self, *, tokens_in: int, tokens_out: int, cost_usd: float | None, latency_ms: int
    ) -> None:
        """One answer more."""
        self.tokens_in += tokens_in
        self.tokens_out += tokens_out
        self.latency_ms += latency_ms
        self.cost_usd = round(self.cost_usd + (cost_usd or 0.0), 6)
        self.unpriced += cost_usd is None

    def as_provenance(self) -> dict[str, Any]:
        """The fields of a draft; the cost is not known where one answer's is not."""
        usd = None if self.unpriced else Decimal(str(round(self.cost_usd, 6)))
        return {
            "tokens_in": self.tokens_in, "tokens_out": self.tokens_out,
            "latency_ms": self.latency_ms, "cost_usd": usd,
        }  # fmt: skip


class Collected(BaseModel):
    """Answers by place (such as a size), all to the work that ``key`` names; ``said_by`` are the
    provenance fields of the model that gave them."""

    model_config = ConfigDict(extra="ignore")

    key: str
    answers: dict[str, list[str]] = {}
    paid: Paid = Paid()
    said_by: dict[str, str] = {}


@dataclass(frozen=True)
class Answered:
    """One paid answer: its words, what it took, and who gave it."""

    text: str
    tokens_in: int = 0
    tokens_out: int = 0
    cost_usd: float | None = None
    latency_ms: int = 0
    said_by: dict[str, str] = field(default_factory=dict)


def collected_so_far(*, request: DraftRequest, key: str) -> Collected:
    """What the request has for this work. Answers to other work (another wording, other sizes) are
    of no use any more: what they cost stays with the request as spent for nothing."""
    try:
        known = Collected.model_validate(request.params.get(PLACE) or {})
    except ValidationError:
        return Collected(key=key)
    return known if known.key == key else Collected(key=key)


def keep_answer(*, request: DraftRequest, so_far: Collected, place: str, got: Answered) -> None:
    """Add one answer, stored before the next is asked for; `Conflict` if another worker has taken
    the request over, so that nobody goes on paying."""
    cost = {"tokens_in": got.tokens_in, "tokens_out": got.tokens_out, "cost_usd": got.cost_usd}
    so_far.answers.setdefault(place, []).append(got.text)
    so_far.paid.add(
        tokens_in=got.tokens_in, tokens_out=got.tokens_out, cost_usd=got.cost_usd,
        latency_ms=got.latency_ms,
    )  # fmt: skip
    so_far.said_by = got.said_by or so_far.said_by
    kept: dict[str, Any] = {PLACE: so_far.model_dump(mode="json")}
    for name in COUNTED:
        kept[name] = round(request.params.get(name, 0) + (cost[name] or 0), 6)
    _write(request, kept)


def hand_over(*, request: DraftRequest, so_far: Collected) -> None:
    """The draft is stored and carries the costs: take answers and costs off the request."""
    kept = {
        name: round(max(0, request.params.get(name, 0) - getattr(so_far.paid, name)), 6)
        for name in COUNTED
        if name in request.params
    }
    if PLACE in request.params:
        _write(request, kept, gone=PLACE)


def _write(request: DraftRequest, kept: dict[str, Any], gone: str = "") -> None:
    told: dict[str, Any] = {
        "id": request.pk, "epoch": request.epoch, "kept": json.dumps(kept),
        "gone": [gone] if gone else [],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(KEEP, told)
        if not cursor.rowcount:
            raise Conflict("Another worker has taken this request over.")
    request.params.update(kept)
    request.params.pop(gone, None)
