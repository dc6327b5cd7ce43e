"""Whose turn it is at an endpoint: pure steps over the small record that is known of it.

`enter`, `resting`, `leave` and `keep` change a `State`; `inference.gates` makes threads wait by them,
`inference.shelves` says where states lie and makes each step one.
"""

from __future__ import annotations

import math
import random
from dataclasses import asdict, dataclass, field
from typing import Any

from core.errors import ReframeError
from inference.breaker import Breaker
from inference.errors import is_transient
from inference.limits import Limits, Window

LOOK_AGAIN_S = (0.05, 0.25)
# Who leaves calls the next of its own process at once; this is for places that others leave.
QUEUE_LOOK_S = (0.3, 0.9)
# However long an endpoint asks for: then it is asked once whether it still does.
LONGEST_PAUSE_S = 900.0


@dataclass
class Inside:
    """One call that is with the endpoint: until when its lease lasts, what it was counted as."""

    until: float
    second: int
    tokens: int


@dataclass
class State:
    """All that is known of an endpoint now."""

    inside: dict[str, Inside] = field(default_factory=dict)
    window: Window = field(default_factory=Window)
    breaker: Breaker = field(default_factory=Breaker)
    pause_until: float = 0.0

    def as_record(self) -> dict[str, Any]:
        """A plain JSON object; `from_record` turns it back."""
        return {
            "inside": {name: [each.until, each.second, each.tokens] for name, each in self.inside.items()},
            "window": {str(at): counts for at, counts in self.window.seconds.items()},
            "breaker": asdict(self.breaker),
            "pause_until": self.pause_until,
        }  # fmt: skip

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> State:
        """The state again."""
        return cls(
            inside={name: Inside(*values) for name, values in record["inside"].items()},
            window=Window({int(at): counts for at, counts in record["window"].items()}),
            breaker=Breaker(**record["breaker"]),
            pause_until=record["pause_until"],
        )


@dataclass(frozen=True)
class Turn:
    """Whether one may go; else about how long it takes and why. A rest concerns everybody; a queue is
    nothing but others who are being served."""

    wait_s: float = 0.0
    reason: str = ""
    is_rest: bool = False
    is_queue: bool = False

    @property
    def may_go(self) -> bool:
        """One is in."""
        return not self.reason


GO = Turn()


def enter(state: State, now: float, ticket: str, limits: Limits, tokens: int, lease_s: float) -> Turn:  # fmt: skip
    """One step of `Gate.passing`: takes a place if there is one."""
    rest = resting(state, now)
    if rest is not None:
        return rest
    allowed = state.breaker.allowed(limits.parallel)
    if len(state.inside) >= allowed:
        words = f"all its {allowed} places are taken"
        return Turn(random.uniform(*QUEUE_LOOK_S), words, is_queue=True)  # noqa: S311 - no secret
    wait_s, what = state.window.wait(now, limits, tokens)
    if wait_s:
        return Turn(wait_s, f"it has had its {what} of this minute")
    second = math.floor(now)
    state.inside[ticket] = Inside(now + lease_s, second, tokens)
    if limits.has_rates:
        state.window.add(second, 1, tokens)
    if not state.breaker.is_closed:
        state.breaker.probe = ticket
    return GO


def resting(state: State, now: float) -> Turn | None:
    """Why nobody may go now, whatever the limits; None when one may."""
    state.inside = {name: each for name, each in state.inside.items() if each.until > now}
    breaker = state.breaker
    if breaker.open_until > now and not breaker.is_closed:
        return Turn(breaker.open_until - now, breaker.because, is_rest=True)
    if not breaker.is_closed and breaker.probe in state.inside:
        words = f"it is tried with one request ({breaker.because})"
        return Turn(random.uniform(*LOOK_AGAIN_S), words, is_rest=True)  # noqa: S311 - no secret
    if state.pause_until > now:
        return Turn(state.pause_until - now, "it asks for time", is_rest=True)
    return None


def leave(
    state: State, now: float, ticket: str, limits: Limits, error: ReframeError | None, tokens: int
) -> bool:
    """One step of `Gate.passing`: gives the place back; whether the endpoint rests now."""
    place = state.inside.pop(ticket, None)
    if place is not None and limits.has_rates and tokens:
        state.window.add(place.second, 0, tokens - place.tokens)
    wished = error.detail.get("retry_after_s") if error else None
    if error is None or not is_transient(error):
        state.breaker.succeeded(ticket, limits.parallel)
    elif isinstance(wished, int | float):
        state.pause_until = max(state.pause_until, now + min(wished, LONGEST_PAUSE_S))
        state.breaker.succeeded(ticket, limits.parallel)
    else:
        state.breaker.failed(ticket, now, limits.opens_after, limits.rest_s, error.message)
        return not state.breaker.is_closed
    return False


def keep(state: State, now: float, tickets: set[str], lease_s: float) -> None:
    """Renew the leases of calls that last."""
    for ticket in tickets & set(state.inside):
        state.inside[ticket].until = now + lease_s
