"""When work will be done, from how much was done on each day: a mean pace, and a band about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np
from scipy.special import stdtrit

from measures.statistics.known import Known, Maybe, NotKnown

FEWEST_DAYS = 3


@dataclass(frozen=True, slots=True)
class Forecast:
    """Days until nothing is left, at the mean pace of a day; ``least`` and ``most`` are where a 95 %
    band of the pace ends, ``most`` None where it reaches down to no work at all."""

    a_day: float
    days: float
    least: float
    most: float | None


def forecast(by_day: Sequence[int], left: int) -> Maybe[Forecast]:
    """``by_day``: what was done on each of the last days. The band holds how little is known of the
    pace, and how much the days to come will differ: t x sd x sqrt(1/n + 1/days)."""
    if left <= 0:
        return NotKnown("nothing is left")
    if len(by_day) < FEWEST_DAYS:
        return NotKnown(f"it takes {FEWEST_DAYS} days of work to say")
    done = np.asarray(by_day, dtype=np.float64)
    pace = float(done.mean())
    if pace <= 0:
        return NotKnown("nothing was done lately")
    days = left / pace
    spread = float(done.std(ddof=1)) * sqrt(1 / len(done) + 1 / max(1, ceil(days)))
    half = float(stdtrit(len(done) - 1, 0.975)) * spread
    low = pace - half
    return Known(Forecast(pace, days, left / (pace + half), left / low if low > 0 else None))
