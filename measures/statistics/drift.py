"""Drift: does a rater grow milder or stricter, or tire, in the course of the work.

Works on standardised residuals (`residuals`) in the order of the votes. CUSUM (Page 1954) with an
allowance of k = 0.5 sd and an alarm at h = 5 sd raises about one false alarm in 470 votes; the
contrast of the last third with the first says how much.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from measures.statistics.columns import Floats, finite
from measures.statistics.known import Interval, Known, Maybe, NotKnown

ALLOWANCE = 0.5
ALARM = 5.0
MIN_VOTES = 15

FEW_VOTES = NotKnown(f"fewer than {MIN_VOTES} votes in order")


@dataclass(frozen=True)
class Drift:
    """``up`` and ``down`` are the two running sums (in sd), ``alarms`` the votes (from 0) at which
    one of them passed the limit and was set back.

    ``change`` is the mean of the last third minus the first, in sd, with its 95 % interval
    (Welch's t); ``spread_ratio`` the last third's sd over the first's, above 1 for a rater who
    tires.
    """

    up: Floats
    down: Floats
    alarms: tuple[int, ...]
    change: float
    interval: Interval
    spread_ratio: Maybe[float]

    @property
    def has_drifted(self) -> bool:
        """An alarm was raised and the change's interval leaves out 0."""
        return bool(self.alarms) and not self.interval.low <= 0 <= self.interval.high


def drift(residuals: npt.ArrayLike) -> Maybe[Drift]:
    """One rater's standardised residuals in the order of the votes; leave out the unknown ones."""
    z = finite(residuals, "residual")
    if z.size < MIN_VOTES:
        return FEW_VOTES
    up, down, alarms = _cusum(z)
    third = z.size // 3
    first, last = z[:third], z[-third:]
    if first.std() + last.std() < 1e-12:
        return NotKnown("the residuals do not vary at all")
    change = float(last.mean() - first.mean())
    half = _welch(first, last)
    ratio: Maybe[float] = NotKnown("the first third does not vary")
    if first.std() > 0:
        ratio = Known(float(last.std(ddof=1) / first.std(ddof=1)))
    return Known(Drift(up, down, alarms, change, Interval(change - half, change + half), ratio))


def _cusum(z: Floats) -> tuple[Floats, Floats, tuple[int, ...]]:
    up, down = np.zeros_like(z), np.zeros_like(z)
    alarms, high, low = [], 0.0, 0.0
    for at, each in enumerate(z.tolist()):
        high, low = max(0.0, high + each - ALLOWANCE), max(0.0, low - each - ALLOWANCE)
        up[at], down[at] = high, low
        if max(high, low) > ALARM:
            alarms.append(at)
            high = low = 0.0
    return up, down, tuple(alarms)


def _welch(first: Floats, last: Floats) -> float:
    parts = [float(each.var(ddof=1)) / each.size for each in (first, last)]
    freedom = sum(parts) ** 2 / sum(part**2 for part in parts) * (first.size - 1)
    return float(stdtrit(freedom, 0.975)) * math.sqrt(sum(parts))
