"""How much an endpoint may be asked: requests at once, requests and tokens a minute.

Pure functions over an `inference.gates.State`-like record of who is inside and what was asked when.
The window of a minute slides in steps of a second and counts one second too many, so that no minute,
wherever it begins, holds more than the limit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from inference.messages import Request

WINDOW_S = 60


@dataclass(frozen=True)
class Limits:
    """What a source allows. ``opens_after`` failures in a row open the breaker, for ``rest_s``
    seconds at first; ``patience_s`` is how long a call waits for its turn."""

    parallel: int = 8
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    opens_after: int = 10
    rest_s: float = 30.0
    patience_s: float = 60.0

    @property
    def has_rates(self) -> bool:
        """Whether the last minute needs to be remembered."""
        return self.requests_per_minute is not None or self.tokens_per_minute is not None


class Window:
    """Requests and tokens by the second in which they were asked; the last minute's only."""

    def __init__(self, seconds: dict[int, list[int]] | None = None) -> None:
        self.seconds = seconds or {}

    def forget(self, now: float) -> None:
        """Drop what is over a minute old."""
        oldest = math.floor(now) - WINDOW_S
        self.seconds = {at: counts for at, counts in self.seconds.items() if at >= oldest}

    def wait(self, now: float, limits: Limits, tokens: int) -> tuple[float, str]:
        """Seconds until one more request of so many tokens fits, and which limit is in the way.

        More tokens than the limit itself fit once nothing else was asked for a minute.
        """
        self.forget(now)
        most = limits.tokens_per_minute
        waits = [
            (self._room(now, 0, 1, limits.requests_per_minute), "requests"),
            (self._room(now, 1, min(tokens, most or 0), most), "tokens"),
        ]
        return max(waits)

    def _room(self, now: float, column: int, more: int, most: int | None) -> float:
        if most is None:
            return 0.0
        excess = sum(counts[column] for counts in self.seconds.values()) + more - most
        for at in sorted(self.seconds):
            if excess <= 0:
                break
            excess -= self.seconds[at][column]
            if excess <= 0:
                return max(at + WINDOW_S + 1 - now, 0.0)
        return 0.0

    def add(self, second: int, requests: int, tokens: int) -> None:
        """Count a request, or correct what one was taken for."""
        counts = self.seconds.setdefault(second, [0, 0])
        counts[0] += requests
        counts[1] = max(counts[1] + tokens, 0)


def estimated_tokens_in(request: Request, *, image_tokens: int) -> int:
    """About how many tokens a request's prompt takes: a third of its bytes, and so many a picture.

    English takes a quarter of its bytes, most other writing a third or less.
    """
    schema = len(str(request.schema)) if request.schema is not None else 0
    size = len(request.prompt.system.encode()) + len(request.prompt.text.encode()) + schema
    return math.ceil(size / 3) + image_tokens * len(request.images) + 16
