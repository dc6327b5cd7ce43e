"""Calibration: when P(A better) says 0.8, do held-back votes say A in 80 % of cases.

Rows of a reliability diagram with Wilson's intervals, the Brier score and the expected
calibration error. Give it probabilities of the *choice* if it is held against single votes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.errors import InvalidInput
from measures.statistics.columns import finite
from measures.statistics.known import Known, Maybe, NotKnown
from measures.statistics.proportion import Proportion, proportion

BINS = 10

NO_VOTES = NotKnown("no vote was held back")


@dataclass(frozen=True, slots=True)
class Bin:
    """Predictions from ``low`` up to ``high``: their mean, and the share that came true."""

    low: float
    high: float
    predicted: float
    observed: Proportion


@dataclass(frozen=True, slots=True)
class Calibration:
    """Bins without a prediction are left out. ``brier``: mean squared miss, 0.25 for a coin;
    ``error``: mean distance of observed from predicted, weighted by the bins' sizes."""

    n: int
    bins: tuple[Bin, ...]
    brier: float
    error: float


def calibration(
    predicted: npt.ArrayLike, came_true: npt.ArrayLike, *, bins: int = BINS
) -> Maybe[Calibration]:
    """Two columns of equal length: probabilities, and 1 or 0 for what the vote said."""
    p, truth = finite(predicted, "probability"), finite(came_true, "outcome")
    if p.shape != truth.shape or ((p < 0) | (p > 1)).any() or not np.isin(truth, [0, 1]).all():
        raise InvalidInput("Give probabilities from 0 to 1 and as many outcomes of 0 or 1.")
    if p.size == 0:
        return NO_VOTES
    place = np.minimum((p * bins).astype(np.int64), bins - 1)
    rows = []
    for number in np.unique(place).tolist():
        mine = place == number
        share = proportion(int(truth[mine].sum()), int(mine.sum()))
        if isinstance(share, Known):
            mean = float(p[mine].mean())
            rows.append(Bin(number / bins, (number + 1) / bins, mean, share.value))
    error = sum(row.observed.n * abs(row.predicted - row.observed.share) for row in rows) / p.size
    return Known(Calibration(p.size, tuple(rows), float(((p - truth) ** 2).mean()), error))
