"""What one request of a batch asks of its models: counted to the last token, and within the budget.

Whatever a pipeline does, every answer passes here. What did not come to stand on a draft or verdict
in the end is what the request has lost, and is booked there.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone

from annotation.models import Draft, DraftBatch, DraftRequest
from annotation.services.draft_budget import (
    Landed,
    Room,
    Spending,
    landed,
    recount,
    reserve,
    take_over_reserve,
)
from core.errors import Conflict, ReframeError, Unavailable
from inference.backends import Answer, Backend, Likelihood, Request, Usage
from inference.through import Through

OVER_BUDGET = "The batch has reached its budget. Raise it, then draft again."
CENT_PART = Decimal("0.000001")


class OverBudget(Conflict):
    """The next answer might cost more than is left."""


class BudgetTight(Unavailable):
    """The same, as long as others that are under way have set so much aside."""


@dataclass
class Spent:
    """Tokens and, as far as prices are known, US dollars."""

    tokens_in: int = 0
    tokens_out: int = 0
    cost_usd: Decimal = Decimal(0)

    def add(self, values: Mapping[str, Any]) -> None:
        """Another answer, or an error's detail."""
        self.tokens_in += int(values.get("tokens_in") or 0)
        self.tokens_out += int(values.get("tokens_out") or 0)
        self.cost_usd += Decimal(str(values.get("cost_usd") or 0)).quantize(CENT_PART)

    def take(self, values: Mapping[str, Any]) -> None:
        """Without this answer."""
        self.tokens_in -= int(values.get("tokens_in") or 0)
        self.tokens_out -= int(values.get("tokens_out") or 0)
        self.cost_usd -= Decimal(str(values.get("cost_usd") or 0)).quantize(CENT_PART)

    def less(self, other: Landed) -> dict[str, Any]:
        """What of it the other does not hold."""
        return {
            "tokens_in": max(self.tokens_in - other.tokens_in, 0),
            "tokens_out": max(self.tokens_out - other.tokens_out, 0),
            "cost_usd": max(self.cost_usd - other.usd, Decimal(0)),
        }


class Meter:
    """One run of one request. ``has_budget`` says that its batch is to stay within one."""

    def __init__(self, request: DraftRequest, *, has_budget: bool) -> None:
        self.request = request
        self.has_budget = has_budget
        self.asked = Spent()
        self._reserved: Decimal | None = None
        self._began = timezone.now()
        self._lock = threading.Lock()
        take_over_reserve(request=request)

    def before(self, worst: float | None) -> None:
        """Set aside what the next answers cost at most; `OverBudget` or `BudgetTight` if they must
        not be asked for."""
        if not self.has_budget or not worst:
            return
        room, self._reserved = reserve(
            request=self.request, usd=self.asked.cost_usd + Decimal(str(worst)),
            before=self._reserved, since=self._began,
        )  # fmt: skip
        if room is Room.NO:
            raise OverBudget(OVER_BUDGET)
        if room is Room.SOON:
            raise BudgetTight("Waiting for what others of the batch leave of its budget.")

    def count(self, outcome: Answer | Usage | ReframeError) -> None:
        """Book an answer, or what a failed one cost."""
        values = outcome.detail if isinstance(outcome, ReframeError) else vars(outcome)
        with self._lock:
            self.asked.add(values)

    def booked(self, values: Mapping[str, Any]) -> None:
        """The pipeline has booked this answer on the request itself."""
        with self._lock:
            self.asked.take(values)

    def handed_over(self, values: Mapping[str, Any]) -> None:
        """What was booked on the request stands on its draft now."""
        with self._lock:
            self.asked.add(values)

    def spending(self, draft: Draft | None = None) -> Spending:
        """What this run took: what was asked for and stands on no draft or verdict of it is lost.
        ``draft`` is what the request ended with, which may be of an earlier batch."""
        if self.asked == Spent():
            return Spending(reserved_usd=self._reserved)
        found = landed(request=self.request, draft=draft, since=self._began)
        return Spending(self.asked.less(found), found, self._reserved)

    def look_after_budget(self) -> None:
        """A batch that got its budget while this run was under way has its sum counted anew."""
        if self._reserved is None and self.asked.cost_usd and not self.has_budget:
            batch = DraftBatch.objects.exclude(budget_usd=None).filter(pk=self.request.batch_id)
            for each in batch:
                recount(batch=each)


class Metered(Through):
    """A backend as one request sees it."""

    def __init__(self, backend: Backend, meter: Meter) -> None:
        super().__init__(backend)
        self.meter = meter

    def answer(self, request: Request) -> Answer:
        """One answer, counted."""
        self.meter.before(self.backend.worst_cost(request))
        try:
            answer = self.backend.answer(request)
        except ReframeError as error:
            self.meter.count(error)
            raise
        self.meter.count(answer)
        return answer

    def answer_many(self, requests: Sequence[Request]) -> list[Answer | ReframeError]:
        """Answers, counted; the budget must have room for all of them."""
        worst = [self.backend.worst_cost(request) for request in requests]
        self.meter.before(sum(each or 0.0 for each in worst))
        outcomes = self.backend.answer_many(requests)
        for outcome in outcomes:
            self.meter.count(outcome)
        return outcomes

    def answer_each(
        self, requests: Sequence[Request]
    ) -> Iterator[tuple[int, Answer | ReframeError]]:
        """The same, each as it comes; only the thread that takes them touches the books."""
        worst = [self.backend.worst_cost(request) for request in requests]
        self.meter.before(sum(each or 0.0 for each in worst))
        for place, outcome in self.backend.answer_each(requests):
            self.meter.count(outcome)
            yield place, outcome

    def log_likelihoods(self, requests: Sequence[Request], answer: str) -> list[Likelihood]:
        """The backend's, counted."""
        found = self.backend.log_likelihoods(requests, answer)
        for each in found:
            self.meter.count(each.usage)
        return found
