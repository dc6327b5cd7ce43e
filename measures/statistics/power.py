"""How many votes it takes: for a narrow interval, to see a gap, to settle a pair.

``sd`` is the noise of one vote in grades, with the rater's bias taken out (the pooled
inconsistency of the primary score); from earlier work of the same panel, or a guess.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from scipy.stats import binom, nct
from scipy.stats import t as student

from core.errors import InvalidInput
from measures.statistics.known import Known, Maybe, NotKnown

MOST = 10_000

TOO_MANY = NotKnown(f"it would take more than {MOST} votes")


def half_width_of(sd: float, n: int, *, level: float = 0.95) -> Maybe[float]:
    """Half the width of the t interval of a mean of ``n`` votes, in grades."""
    _check(sd=sd)
    if n < 2:
        return NotKnown("fewer than two votes have no interval")
    return Known(float(student.ppf((1 + level) / 2, n - 1)) * sd / math.sqrt(n))


def votes_for_half_width(sd: float, half_width: float, *, level: float = 0.95) -> Maybe[int]:
    """The fewest votes on an item whose interval is +- ``half_width`` grades on average."""
    _check(sd=sd, half_width=half_width)

    def is_enough(n: int) -> bool:
        return float(student.ppf((1 + level) / 2, n - 1)) * sd / math.sqrt(n) <= half_width

    return _fewest(is_enough)


def power_of_gap(gap: float, sd: float, n: int, *, alpha: float = 0.05) -> Maybe[float]:
    """The chance to find a true gap between two crops that the same ``n`` raters score.

    Two-sided paired t test; the difference of two votes has sd sqrt(2) times that of one.
    """
    _check(gap=gap, sd=sd)
    if n < 2:
        return NotKnown("a test needs two raters")
    return Known(_paired_power(gap, sd, n, alpha))


def votes_for_gap(gap: float, sd: float, *, power: float = 0.8, alpha: float = 0.05) -> Maybe[int]:
    """The fewest raters that find a true gap with the wanted power."""
    _check(gap=gap, sd=sd)
    return _fewest(lambda n: _paired_power(gap, sd, n, alpha) >= power)


def pair_power(p: float, n: int, *, alpha: float = 0.05) -> Maybe[float]:
    """The chance that the exact two-sided binomial test of ``n`` votes sees that the share
    ``p`` of all possible raters who prefer the first crop is not one half."""
    if not 0 < p < 1:
        raise InvalidInput("A share of raters lies between 0 and 1.", field="p")
    if n < 1:
        return NotKnown("a test needs a vote")
    least = int(binom.ppf(alpha / 2, n, 0.5))
    # The largest count whose tail is at most alpha / 2.
    low = least if binom.cdf(least, n, 0.5) <= alpha / 2 else least - 1
    return Known(float(binom.cdf(low, n, p) + binom.sf(n - low - 1, n, p)))


def votes_for_pair(p: float, *, power: float = 0.8, alpha: float = 0.05) -> Maybe[int]:
    """The votes on a pair from which on its test keeps the wanted power, whatever their number.

    The exact test's power is a saw: one more vote may lower it. Ten more are looked at.
    """
    if p == 0.5:
        return NotKnown("there is nothing to find where raters are split evenly")

    def holds(n: int) -> bool:
        found = [pair_power(p, each, alpha=alpha) for each in range(n, n + 11)]
        return all(isinstance(each, Known) and each.value >= power for each in found)

    return _fewest(holds)


def _paired_power(gap: float, sd: float, n: int, alpha: float) -> float:
    limit = float(student.ppf(1 - alpha / 2, n - 1))
    shift = gap / (math.sqrt(2) * sd) * math.sqrt(n)
    # Far out the lower tail is 0, and scipy's series for it is not always stable.
    below = float(nct.cdf(-limit, n - 1, shift)) if shift < 5 else 0.0
    return float(nct.sf(limit, n - 1, shift)) + below


def _fewest(is_enough: Callable[[int], bool]) -> Maybe[int]:
    # Doubling, then halving between the last failure and the first success.
    high = 2
    while not is_enough(high):
        high *= 2
        if high > MOST:
            return TOO_MANY
    low = max(high // 2, 1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    return Known(high)


def _check(**values: float) -> None:
    for name, value in values.items():
        if not (np.isfinite(value) and value > 0):
            raise InvalidInput(f"{name} must be a number above 0.", field=name)
