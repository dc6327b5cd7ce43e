"""Test-retest: how well a rater repeats himself, and what of his noise is taste.

s_w = sqrt(sum d^2 / 2n) over items scored twice by the same rater. It is the floor of the
inconsistency v of the primary score: v near s_w is carelessness, v far above it a taste of one's
own. For pair votes the flip rate: how often the other crop was chosen when shown again swapped.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import chdtri

from core.errors import InvalidInput
from measures.statistics.columns import finite
from measures.statistics.known import Interval, Known, Maybe, NotKnown
from measures.statistics.proportion import Proportion, proportion

NO_REPEATS = NotKnown("the rater has not met any item twice yet")
NO_FLIPS = NotKnown("every repeat ended in a tie")
STEADIER = NotKnown("the repeats differ by as much as the votes do from the scores")


@dataclass(frozen=True, slots=True)
class Retest:
    """``within`` in grades with its 95 % interval (chi squared); shares equal and within a grade.

    ``shift`` is the mean of second minus first: a rater who grew milder has it above 0.
    """

    n: int
    within: float
    interval: Maybe[Interval]
    exact: Proportion
    close: Proportion
    shift: float


def retest(first: npt.ArrayLike, second: npt.ArrayLike) -> Maybe[Retest]:
    """One rater's votes on the same items, first and again: two columns of equal length."""
    one, again = finite(first), finite(second)
    if one.shape != again.shape:
        raise InvalidInput("First and second votes are two columns of equal length.")
    n = one.size
    apart = again - one
    exact = proportion(int((np.abs(apart) < 1e-9).sum()), n)
    close = proportion(int((np.abs(apart) <= 1 + 1e-9).sum()), n)
    if isinstance(exact, NotKnown) or isinstance(close, NotKnown):
        return NO_REPEATS
    within = math.sqrt(float(apart @ apart) / (2 * n))
    interval = _interval(within, n)
    return Known(Retest(n, within, interval, exact.value, close.value, float(apart.mean())))


def _interval(within: float, n: int) -> Maybe[Interval]:
    if within == 0:
        return NotKnown("every repeat was equal, so their spread says nothing about certainty")
    low, high = (within * math.sqrt(n / float(chdtri(n, tail))) for tail in (0.025, 0.975))
    return Known(Interval(low, high))


def taste(inconsistency: float, within: float) -> Maybe[float]:
    """The sd, in grades, of what a rater repeatably sees differently: sqrt(v^2 - s_w^2)."""
    if inconsistency <= within:
        return STEADIER
    return Known(math.sqrt(inconsistency**2 - within**2))


def flip_rate(first: npt.ArrayLike, again: npt.ArrayLike) -> Maybe[Proportion]:
    """How often a pair's repeat went to the other crop; 1/2 is guessing.

    Two columns of the winner, 1 for the pair's first crop, -1 for its second, whatever the side;
    a pair with a tie (0) in either drops out.
    """
    one, other = finite(first), finite(again)
    if one.shape != other.shape:
        raise InvalidInput("First and repeated choices are two columns of equal length.")
    if one.size == 0:
        return NO_REPEATS
    decided = (one != 0) & (other != 0)
    if not decided.any():
        return NO_FLIPS
    flipped = np.sign(one[decided]) != np.sign(other[decided])
    return proportion(int(flipped.sum()), int(decided.sum()))
