"""The mean of figures, one a photo or a question, always with n and a seeded bootstrap interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from measures.statistics.known import Interval, Known, Maybe, NotKnown

RESAMPLES = 2000
_BATCH_CELLS = 4_000_000

NOTHING = NotKnown("nothing was measured")
ONLY_ONE = NotKnown("one figure shows no spread")
ALL_EQUAL = NotKnown("all figures are equal, so their spread says nothing about certainty")


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A mean over ``n`` figures, and a percentile bootstrap over them."""

    n: int
    mean: Maybe[float]
    interval: Maybe[Interval]


def mean_with_interval(
    values: npt.ArrayLike, *, seed: int = 0, level: float = 0.95, resamples: int = RESAMPLES
) -> Aggregate:
    """The mean and its interval: same values and seed, same interval.

    Nothing measured gives no mean; one figure, or figures that are all equal, no interval.
    """
    column = np.asarray(values, dtype=np.float64)
    if column.size == 0:
        return Aggregate(0, NOTHING, NOTHING)
    mean = Known(float(column.mean()))
    if column.size == 1:
        return Aggregate(1, mean, ONLY_ONE)
    if np.ptp(column) == 0:
        return Aggregate(column.size, mean, ALL_EQUAL)
    means = _resampled_means(column, np.random.default_rng(seed), resamples)
    tail = (1 - level) / 2
    low, high = np.quantile(means, [tail, 1 - tail])
    return Aggregate(column.size, mean, Known(Interval(float(low), float(high), level)))


def _resampled_means(
    values: npt.NDArray[np.float64], rng: np.random.Generator, resamples: int
) -> npt.NDArray[np.float64]:
    batch = max(1, _BATCH_CELLS // values.size)
    means = [
        values[rng.integers(0, values.size, (min(batch, resamples - at), values.size))].mean(axis=1)
        for at in range(0, resamples, batch)
    ]
    return np.concatenate(means)
