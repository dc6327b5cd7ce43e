"""Preference pairs from scores: which crop of a photo beats which, how surely, and which to keep.

Source of the default rule: CROP (winner the highest score, loser a lower one). Every pair carries
its gap and, where both scores know their variance, the probability that the winner is better.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest
from typing import Generic, TypeVar

from scipy.special import ndtr

from core.errors import InvalidInput
from measures.boxes.box import Box
from measures.statistics.known import Known, Maybe, NotKnown
from measures.statistics.ranks import TOLERANCE

Key = TypeVar("Key")

CLEAN_FROM = 0.9
SOFT_FROM = 0.75
NO_VARIANCE = NotKnown("one of the two scores has no variance")
NO_UNCERTAINTY = NotKnown("both scores claim to be exact")


class Losers(StrEnum):
    """Which of the lower crops stand against the winner."""

    ALL = "all"
    SPREAD = "spread"  # a hard, a medium and an easy one in turn, up to the cap
    LOWEST = "lowest"


class TopTie(StrEnum):
    """What happens when several crops share the highest score."""

    FIRST = "first"  # the first in the given order wins for all
    EACH = "each"  # each of them is a winner
    SKIP = "skip"  # the photo gives no pairs


class Hardness(StrEnum):
    """How far the loser lies below the winner."""

    HARD = "hard"
    MEDIUM = "medium"
    EASY = "easy"


class Tier(StrEnum):
    """How sure the pair is: clean from 0.9, soft from 0.75, unclear below, unknown without p."""

    CLEAN = "clean"
    SOFT = "soft"
    UNCLEAR = "unclear"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Scored(Generic[Key]):
    """One crop of a photo with its score. ``variance`` is that of the score, not of the votes."""

    key: Key
    score: float
    variance: float | None = None
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class PairRule:
    """Which pairs to make. Gaps are in grades of the scale; the defaults are CROP's rule.

    ``max_iou`` leaves out losers that look like the winner, ``min_p`` pairs that are not sure
    enough (a pair without p is then left out too), ``cap`` limits the pairs of one photo.
    """

    losers: Losers = Losers.ALL
    top_tie: TopTie = TopTie.FIRST
    min_gap: float = 0.0
    min_p: float | None = None
    max_iou: float | None = None
    cap: int | None = None
    medium_from: float = 1.0
    easy_from: float = 2.0

    def __post_init__(self) -> None:
        if self.min_gap < 0:
            raise InvalidInput("The smallest gap cannot be below 0.", field="min_gap")
        if self.cap is not None and self.cap < 1:
            raise InvalidInput("The cap of pairs a photo must be at least 1.", field="cap")


CROP_RULE = PairRule()
# For a scale of 1 to 5; on 1 to 10 the gaps are twice as wide.
CLEAN_RULE = PairRule(losers=Losers.SPREAD, min_gap=0.5, min_p=CLEAN_FROM, max_iou=0.85, cap=4)


@dataclass(frozen=True, slots=True)
class Pair(Generic[Key]):
    """Winner over loser. ``p`` is the probability that the winner really is better."""

    winner: Key
    loser: Key
    gap: float
    p: Maybe[float]
    hardness: Hardness

    @property
    def tier(self) -> Tier:
        """How sure the pair is."""
        return tier_of(self.p)


def tier_of(p: Maybe[float]) -> Tier:
    """How sure a pair is whose winner is better with this probability."""
    if isinstance(p, NotKnown):
        return Tier.UNKNOWN
    if p.value >= CLEAN_FROM:
        return Tier.CLEAN
    return Tier.SOFT if p.value >= SOFT_FROM else Tier.UNCLEAR


def probability_better(
    gap: float, first_variance: float | None, second_variance: float | None
) -> Maybe[float]:
    """P(first is better) = Phi(gap / se), se from the variances of both scores."""
    return probability_chosen(gap, first_variance, second_variance, noise=0.0)


def probability_chosen(
    gap: float, first_variance: float | None, second_variance: float | None, *, noise: float
) -> Maybe[float]:
    """P(an expert chooses the first): as `probability_better`, with the variance of one vote
    (``noise``) added for each of the two glances."""
    if first_variance is None or second_variance is None:
        return NO_VARIANCE
    total = first_variance + second_variance + 2 * noise
    return Known(float(ndtr(gap / math.sqrt(total)))) if total > 0 else NO_UNCERTAINTY


def pairs_of(crops: Sequence[Scored[Key]], rule: PairRule = CROP_RULE) -> list[Pair[Key]]:
    """The pairs of one photo under a rule; equal scores never make a pair.

    The order of the crops settles what the rule leaves open, so give them in a stable order.
    """
    chosen: list[Pair[Key]] = []
    for winner in _winners(crops, rule.top_tie):
        lower = [
            pair
            for loser in crops
            if (pair := _pair(winner, loser, rule)) is not None and _is_kept(pair, rule)
        ]
        chosen += _picked(lower, rule.losers)
    return chosen[: rule.cap]


def _winners(crops: Sequence[Scored[Key]], top_tie: TopTie) -> list[Scored[Key]]:
    if not crops:
        return []
    best = max(crop.score for crop in crops)
    top = [crop for crop in crops if best - crop.score <= TOLERANCE]
    if top_tie is TopTie.SKIP and len(top) > 1:
        return []
    return top if top_tie is TopTie.EACH else top[:1]


def _pair(winner: Scored[Key], loser: Scored[Key], rule: PairRule) -> Pair[Key] | None:
    gap = winner.score - loser.score
    if gap <= TOLERANCE or _looks_alike(winner.box, loser.box, rule.max_iou):
        return None
    p = probability_better(gap, winner.variance, loser.variance)
    return Pair(winner.key, loser.key, gap, p, _hardness(gap, rule))


def _is_kept(pair: Pair[Key], rule: PairRule) -> bool:
    if pair.gap < rule.min_gap - TOLERANCE:
        return False
    return rule.min_p is None or (isinstance(pair.p, Known) and pair.p.value >= rule.min_p)


def _looks_alike(first: Box | None, second: Box | None, max_iou: float | None) -> bool:
    if max_iou is None or first is None or second is None:
        return False
    return first.iou(second) >= max_iou


def _hardness(gap: float, rule: PairRule) -> Hardness:
    if gap >= rule.easy_from - TOLERANCE:
        return Hardness.EASY
    return Hardness.MEDIUM if gap >= rule.medium_from - TOLERANCE else Hardness.HARD


def _picked(pairs: list[Pair[Key]], losers: Losers) -> list[Pair[Key]]:
    widest_first = sorted(pairs, key=lambda pair: -pair.gap)
    if losers is Losers.LOWEST:
        return widest_first[:1]
    if losers is Losers.ALL:
        return widest_first
    bands = [[pair for pair in widest_first if pair.hardness is band] for band in Hardness]
    return [pair for turn in zip_longest(*bands) for pair in turn if pair is not None]
