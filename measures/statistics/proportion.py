"""A share of yes among n, with Wilson's interval, which holds for few votes and near 0 and 1."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.special import ndtri

from core.errors import InvalidInput
from measures.statistics.known import Interval, Known, Maybe, NotKnown

NOTHING_COUNTED = NotKnown("nothing was counted")


@dataclass(frozen=True, slots=True)
class Proportion:
    """``successes`` of ``n`` and the interval of the share."""

    successes: int
    n: int
    interval: Interval

    @property
    def share(self) -> float:
        """Successes over n."""
        return self.successes / self.n


def proportion(successes: int, n: int, level: float = 0.95) -> Maybe[Proportion]:
    """The share with Wilson's score interval; not known for n = 0."""
    if not 0 <= successes <= n:
        raise InvalidInput(f"{successes} of {n} is no share.")
    if n == 0:
        return NOTHING_COUNTED
    z = float(ndtri((1 + level) / 2))
    share, weight = successes / n, z * z / n
    middle = (share + weight / 2) / (1 + weight)
    half = z / (1 + weight) * math.sqrt(share * (1 - share) / n + weight / (4 * n))
    # The ends are exact at 0 and n; floating point must not push them past.
    low = 0.0 if successes == 0 else middle - half
    high = 1.0 if successes == n else middle + half
    return Known(Proportion(successes, n, Interval(low, high, level)))
