"""A circuit breaker: an endpoint that keeps failing is left alone for a while, then tried with one
request; after that the number of requests at once grows again from one.

``closed > open`` after failures in a row, or a high share of failures; ``open > half open`` when its
rest is over; then one probe decides: ``closed`` again, or ``open`` for twice as long.
"""

from __future__ import annotations

from dataclasses import dataclass

LATELY = 50
MOST_FAILED = 0.6
LONGEST_REST_S = 300.0


@dataclass
class Breaker:
    """One endpoint's. Times are seconds of the clock that the caller uses throughout."""

    failures: int = 0  # in a row
    lately: str = ""  # the last results, "f" for failed and "o" for fine
    openings: int = 0  # in a row; 0 while closed
    open_until: float = 0.0
    probe: str = ""  # the ticket of the one that tries
    at_most: int = 0  # requests at once while it recovers; 0 for no such limit
    because: str = ""

    @property
    def is_closed(self) -> bool:
        """Whether requests pass as usual."""
        return self.openings == 0

    def allowed(self, parallel: int) -> int:
        """Requests at once, fewer than ``parallel`` just after a recovery."""
        return min(parallel, self.at_most) if self.at_most else parallel

    def succeeded(self, ticket: str, parallel: int) -> None:
        """A call was answered, well or not: the endpoint lives."""
        if not self.is_closed:
            if ticket == self.probe:
                self.failures, self.lately, self.openings, self.probe = 0, "", 0, ""
                self.at_most = 1
            return
        self.failures = 0
        self._remember("o")
        if self.at_most:
            self.at_most = 2 * self.at_most if 2 * self.at_most < parallel else 0

    def failed(self, ticket: str, now: float, opens_after: int, rest_s: float, why: str) -> None:
        """A call came to nothing by the endpoint's fault. Late ones of before an opening say nothing."""
        if not self.is_closed:
            if ticket == self.probe:
                self._open(now, rest_s, why)
            return
        self.failures += 1
        self._remember("f")
        mostly = len(self.lately) == LATELY and self.lately.count("f") >= MOST_FAILED * LATELY
        if self.failures >= opens_after or mostly:
            self._open(now, rest_s, why)

    def wake(self, now: float) -> None:
        """End a rest now: the next request is the probe."""
        self.open_until = min(self.open_until, now)

    def _open(self, now: float, rest_s: float, why: str) -> None:
        self.openings += 1
        self.open_until = now + min(rest_s * 2.0 ** (self.openings - 1), LONGEST_REST_S)
        self.probe, self.because = "", why

    def _remember(self, result: str) -> None:
        self.lately = (self.lately + result)[-LATELY:]
