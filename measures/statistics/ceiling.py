"""The noise ceiling: how well a perfect model could agree with this panel's scores.

The raters of each item are split into halves at random; the correlation of the two halves' means,
stepped up by Spearman-Brown to the whole panel, is the panel's reliability R. Scores free of error
would correlate with the panel's by sqrt(R), so a model that reaches that is at the ceiling.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from measures.statistics.columns import Floats, Votes
from measures.statistics.icc import spearman_brown
from measures.statistics.known import Interval, Known, Maybe, NotKnown

SPLITS = 200
MIN_ITEMS = 10

FEW_ITEMS = NotKnown(f"fewer than {MIN_ITEMS} items have two votes")
NO_SPREAD = NotKnown("the halves of the panel have no spread")
NO_SIGNAL = NotKnown("the halves of the panel do not agree at all")


@dataclass(frozen=True, slots=True)
class Correlation:
    """Of the two halves, of the whole panel with another like it, and the ceiling of a model.

    ``interval`` is the middle 95 % of the ceiling over the random splits: luck of the split, not of
    the items.
    """

    halves: float
    panel: float
    ceiling: Maybe[float]
    interval: Maybe[Interval]


@dataclass(frozen=True, slots=True)
class NoiseCeiling:
    """Pearson (PLCC) and Spearman (SRCC) over ``n_items``, means over the random splits."""

    n_items: int
    splits: int
    pearson: Correlation
    spearman: Correlation


def noise_ceiling(
    raters: npt.ArrayLike,
    items: npt.ArrayLike,
    scores: npt.ArrayLike,
    *,
    splits: int = SPLITS,
    seed: int = 0,
) -> Maybe[NoiseCeiling]:
    """From three columns, a vote each; items with one vote drop out."""
    votes = Votes.of(raters, items, scores)
    paired = votes.by_item() > 1
    if paired.sum() < MIN_ITEMS:
        return FEW_ITEMS
    rng = np.random.default_rng(seed)
    rows = np.array([_split(votes, paired, rng) for _ in range(splits)])
    if np.isnan(rows).any():
        return NO_SPREAD
    pearson, spearman = _correlation(rows[:, 0]), _correlation(rows[:, 1])
    return Known(NoiseCeiling(int(paired.sum()), splits, pearson, spearman))


def _split(
    votes: Votes, paired: npt.NDArray[np.bool_], rng: np.random.Generator
) -> tuple[float, float]:
    # Here, as it loads in a second, which every process of the site would spend to start.
    from scipy.stats import rankdata

    # Shuffled votes of each item are dealt to the halves in turn; who starts is drawn too.
    order = np.lexsort((rng.random(votes.score.size), votes.item))
    n = votes.by_item().astype(np.int64)
    place = np.arange(order.size) - np.repeat(np.cumsum(n) - n, n)
    first = rng.integers(0, 2, n.size)
    half = (place + first[votes.item[order]]) % 2
    sums, score, item = [], votes.score[order], votes.item[order]
    for side in (0, 1):
        weight = (half == side).astype(np.float64)
        total = np.bincount(item, weight * score, minlength=n.size)
        sums.append((total / np.maximum(np.bincount(item, weight, minlength=n.size), 1))[paired])
    return _pearson(sums[0], sums[1]), _pearson(rankdata(sums[0]), rankdata(sums[1]))


def _pearson(first: Floats, second: Floats) -> float:
    one, other = first - first.mean(), second - second.mean()
    length = math.sqrt(float((one @ one) * (other @ other)))
    return float(one @ other) / length if length > 1e-12 else float("nan")


def _correlation(halves: Floats) -> Correlation:
    mean = float(halves.mean())
    panel = spearman_brown(mean, 2) if mean > -1 else -1.0
    if mean <= 0:
        return Correlation(mean, panel, NO_SIGNAL, NO_SIGNAL)
    ends = np.quantile(np.maximum(halves, 0), [0.025, 0.975])
    low, high = (math.sqrt(spearman_brown(float(end), 2)) for end in ends)
    return Correlation(mean, panel, Known(math.sqrt(panel)), Known(Interval(low, high)))
