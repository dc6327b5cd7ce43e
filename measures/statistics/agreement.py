"""Krippendorff's alpha: how much a panel agrees beyond chance, with votes missing at will.

Source: Krippendorff (2011), computing the coefficient from the coincidence matrix. Items with
one vote drop out. When all votes are equal there is no chance disagreement to compare with, and
alpha is not known (it is not 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from core.errors import InvalidInput
from measures.statistics.known import Interval, Known, Maybe, NotKnown

RESAMPLES = 500
MAX_GRADES = 500

NO_PAIRS = NotKnown("no item has two votes")
ALL_EQUAL = NotKnown("all votes are equal, so there is no chance level to compare with")
ONE_ITEM = NotKnown("only one item has two votes")
MOSTLY_EQUAL = NotKnown("most samples of the items hold only equal votes")

Floats = npt.NDArray[np.float64]


class Level(StrEnum):
    """What the grades mean: names, an order, or equal steps."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"


@dataclass(frozen=True, slots=True)
class Agreement:
    """Alpha over the items with two votes or more, with a bootstrap interval over those items."""

    alpha: float
    n_items: int
    n_votes: int
    level: Level
    interval: Maybe[Interval]


def krippendorff_alpha(
    items: npt.ArrayLike,
    grades: npt.ArrayLike,
    level: Level | str,
    *,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> Maybe[Agreement]:
    """Alpha from two columns of equal length, a vote each: its item and its grade (a number).

    One rater must not vote twice on an item. 1 is perfect, 0 chance, below 0 worse than chance.
    """
    level = Level(level)
    values, counts = _count_table(items, grades)
    if len(counts) == 0:
        return NO_PAIRS
    alpha = _alpha(values, _coincidences(counts, np.ones(len(counts))), level)
    if np.isnan(alpha):
        return ALL_EQUAL
    interval = _interval(values, counts, level, np.random.default_rng(seed), resamples)
    return Known(Agreement(alpha, len(counts), int(counts.sum()), level, interval))


def _count_table(items: npt.ArrayLike, grades: npt.ArrayLike) -> tuple[Floats, Floats]:
    # Votes by item (rows with two votes or more) and by grade (columns, ascending).
    grade = np.asarray(grades, dtype=np.float64)
    if not np.isfinite(grade).all():
        raise InvalidInput("A grade is not a number.", field="grades")
    values, column = np.unique(grade, return_inverse=True)
    if values.size > MAX_GRADES:
        raise InvalidInput(f"Alpha is for grades: more than {MAX_GRADES} different values.")
    names, row = np.unique(np.asarray(items), return_inverse=True)
    cells = np.bincount(row * values.size + column, minlength=names.size * values.size)
    counts = cells.reshape(names.size, values.size).astype(np.float64)
    return values, counts[counts.sum(axis=1) > 1]


def _coincidences(counts: Floats, weights: Floats) -> Floats:
    weight = weights / (counts.sum(axis=1) - 1)
    together = counts.T @ (counts * weight[:, None])
    result: Floats = together - np.diag(weight @ counts)
    return result


def _alpha(values: Floats, coincidences: Floats, level: Level) -> float:
    margins = coincidences.sum(axis=1)
    total = margins.sum()
    distance = _distances(values, margins, level)
    observed = float((coincidences * distance).sum())
    expected = float(margins @ distance @ margins) / (total - 1)
    return 1 - observed / expected if expected > 0 else float("nan")


def _distances(values: Floats, margins: Floats, level: Level) -> Floats:
    if level is Level.NOMINAL:
        return 1 - np.eye(values.size)
    if level is Level.ORDINAL:
        # Between grades c and k: all votes from c to k, half of those at the two ends.
        values = np.cumsum(margins) - margins / 2
    squared: Floats = (values[:, None] - values[None, :]) ** 2
    return squared


def _interval(
    values: Floats, counts: Floats, level: Level, rng: np.random.Generator, resamples: int
) -> Maybe[Interval]:
    n = len(counts)
    if n == 1:
        return ONE_ITEM
    draws = np.array(
        [
            _alpha(values, _coincidences(counts, weights.astype(np.float64)), level)
            for weights in (rng.multinomial(n, np.full(n, 1 / n)) for _ in range(resamples))
        ]
    )
    usable = draws[~np.isnan(draws)]
    if usable.size < draws.size / 2:
        return MOSTLY_EQUAL
    low, high = np.quantile(usable, [0.025, 0.975])
    return Known(Interval(float(low), float(high)))
