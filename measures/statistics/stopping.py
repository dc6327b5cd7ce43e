"""When an item has enough votes: its interval is narrow, its pair is decided, or a cap is met.

Votes then go where the interval is wide. The rule looks at intervals again and again, so a few
items stop a little early by luck; the least number of votes keeps that small.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.errors import InvalidInput
from measures.statistics.known import Interval, Known, Maybe, NotKnown
from measures.statistics.pairs import CLEAN_FROM


class Stop(StrEnum):
    """Whether to ask for more votes."""

    GO_ON = "go_on"
    ENOUGH = "enough"
    CAP = "cap"


@dataclass(frozen=True, slots=True)
class StopRule:
    """``half_width`` in grades, ``least`` and ``cap`` in votes, ``p`` the sureness of a pair."""

    half_width: float = 0.5
    least: int = 3
    cap: int = 12
    p: float = CLEAN_FROM

    def __post_init__(self) -> None:
        if self.half_width <= 0:
            raise InvalidInput("The half-width to reach must lie above 0.", field="half_width")
        if not 1 <= self.least <= self.cap:
            raise InvalidInput("The least number of votes lies between 1 and the cap.", field="cap")
        if not 0.5 < self.p < 1:
            raise InvalidInput("A pair's sureness lies between 0.5 and 1.", field="p")


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do and why, in words for the item's page."""

    stop: Stop
    why: str


DEFAULT_RULE = StopRule()


def item_decision(n: int, interval: Maybe[Interval], rule: StopRule = DEFAULT_RULE) -> Decision:
    """For an item with ``n`` votes and its score's interval."""
    if n >= rule.cap:
        return Decision(Stop.CAP, f"it has {n} votes, the most an item gets")
    if n < rule.least:
        return Decision(Stop.GO_ON, f"it has {n} of at least {rule.least} votes")
    if isinstance(interval, NotKnown):
        return Decision(Stop.GO_ON, f"its interval is {interval}")
    half = interval.value.half_width
    if half <= rule.half_width:
        return Decision(Stop.ENOUGH, f"its score is known to +-{half:.2f}")
    return Decision(Stop.GO_ON, f"its score is known to +-{half:.2f} only")


def pair_decision(n: int, p_better: Maybe[float], rule: StopRule = DEFAULT_RULE) -> Decision:
    """For a pair with ``n`` votes and the probability that its first crop is the better one."""
    if n >= rule.cap:
        return Decision(Stop.CAP, f"it has {n} votes, the most a pair gets")
    if n < rule.least:
        return Decision(Stop.GO_ON, f"it has {n} of at least {rule.least} votes")
    if isinstance(p_better, NotKnown):
        return Decision(Stop.GO_ON, f"which is better is {p_better}")
    sure = max(p_better.value, 1 - p_better.value)
    is_decided = sure >= rule.p
    words = f"the better crop is known with probability {sure:.2f}"
    return Decision(Stop.ENOUGH if is_decided else Stop.GO_ON, words)


def votes_saved(votes: list[int], cap: int) -> Maybe[float]:
    """The share of votes saved against giving every item the cap, from the votes of each item."""
    if not votes:
        return NotKnown("no item has been stopped yet")
    return Known(1 - sum(min(n, cap) for n in votes) / (cap * len(votes)))
