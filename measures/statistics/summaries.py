"""A mean from stored sums with Student's interval, and a median with its interval by ranks.

Sums can be stored and added up; the median's interval assumes no distribution: it lies between two
of the ordered values, whose ranks come from the binomial distribution (Conover, 1999, 3.2).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import bdtr, bdtrik

from measures.statistics.known import Interval, Known, Maybe, NotKnown
from measures.statistics.mos import t_factor

NOTHING = NotKnown("nothing was measured yet")


@dataclass(frozen=True, slots=True)
class Middle:
    """A mean or median of ``n`` values; the interval where they carry one."""

    n: int
    value: float
    interval: Interval | NotKnown


def mean_of_sums(n: int, total: float, squares: float, level: float = 0.95) -> Maybe[Middle]:
    """From count, sum and sum of squares. Fewer than two values, or equal ones, carry no interval."""
    if n == 0:
        return NOTHING
    mean = total / n
    if n == 1:
        return Known(Middle(1, mean, NotKnown("one value shows no spread")))
    variance = max(0.0, (squares - n * mean * mean) / (n - 1))
    if variance < 1e-12:
        return Known(Middle(n, mean, NotKnown("all values are equal")))
    half = float(t_factor(n, level)) * math.sqrt(variance / n)
    return Known(Middle(n, mean, Interval(mean - half, mean + half, level)))


def median_of(values: npt.ArrayLike, level: float = 0.95) -> Maybe[Middle]:
    """The median; its interval needs at least six values for 95 %."""
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    n = int(ordered.size)
    if n == 0:
        return NOTHING
    value = float(np.median(ordered))
    lower = math.ceil(bdtrik((1 - level) / 2, n, 0.5))
    if lower < 1 or 2 * float(bdtr(lower - 1, n, 0.5)) > 1 - level:
        return Known(Middle(n, value, NotKnown("so few values carry no interval")))
    ends = Interval(float(ordered[lower - 1]), float(ordered[n - lower]), level)
    return Known(Middle(n, value, ends))
