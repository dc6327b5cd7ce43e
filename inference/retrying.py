"""When to ask again: overloaded endpoints and broken connections, with waits that grow."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from core.errors import ReframeError
from inference.errors import EndpointResting, EndpointTimeout, is_transient

T = TypeVar("T")


@dataclass(frozen=True)
class RetryPolicy:
    """``attempts`` in all; a wait doubles from ``first_wait`` up to ``longest_wait`` (seconds) and
    is drawn evenly from its upper half. A timeout is asked again only once: it costs minutes."""

    attempts: int = 4
    first_wait: float = 0.5
    longest_wait: float = 60.0
    timeouts: int = 2


def call_with_retries(call: Callable[[], T], policy: RetryPolicy) -> tuple[T, int]:
    """``call``'s result and the attempts it took.

    A transient failure is tried again; the endpoint's own wish (``detail["retry_after_s"]``) is
    honoured unless it is longer than ``longest_wait``, then the error is raised at once and the
    caller may come back later, as when it rests. The last error carries ``detail["attempts"]``.
    """
    timeouts = 0
    for attempt in range(1, policy.attempts + 1):
        try:
            return call(), attempt
        except ReframeError as error:
            error.detail["attempts"] = attempt
            timeouts += isinstance(error, EndpointTimeout)
            wait = _wait(error, attempt, policy)
            gives_up = attempt == policy.attempts or timeouts >= policy.timeouts
            if gives_up or wait is None:
                raise
            time.sleep(wait)
    raise AssertionError("a policy has at least one attempt")


def _wait(error: ReframeError, attempt: int, policy: RetryPolicy) -> float | None:
    """Seconds, or None when waiting is of no use."""
    if isinstance(error, EndpointResting) or not is_transient(error):
        return None
    wished = error.detail.get("retry_after_s")
    if isinstance(wished, int | float):
        return float(wished) if wished <= policy.longest_wait else None
    longest: float = min(policy.longest_wait, policy.first_wait * 2.0 ** (attempt - 1))
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - jitter needs no secrecy


def read_retry_after(value: str | None) -> float | None:
    """Seconds from a Retry-After header, which holds seconds or a date; None for neither."""
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
