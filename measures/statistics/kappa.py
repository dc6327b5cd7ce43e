"""Agreement on categories beyond chance: Cohen's kappa, weighted kappa, Fleiss' kappa, Gwet's AC1.

Sources: Cohen (1960, 1968), Fleiss (1971), Gwet (2008). Where nearly everything falls into one
category kappa is low whatever the agreement; AC1 is not. Read them together with the prevalence.
Intervals are seeded bootstraps over items.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from core.errors import InvalidInput
from measures.statistics.columns import Floats, Integers, numbered
from measures.statistics.known import Interval, Known, Maybe, NotKnown

RESAMPLES = 500

NOTHING = NotKnown("no item has two votes")
ONE_CATEGORY = NotKnown("only one category was ever chosen, so chance would agree as well")
UNEQUAL = NotKnown("the items have different numbers of votes, which Fleiss' kappa does not allow")
ONE_ITEM = NotKnown("only one item has two votes")


class Weights(StrEnum):
    """What a disagreement costs: all alike, by distance in the order, by its square."""

    NONE = "none"
    LINEAR = "linear"
    QUADRATIC = "quadratic"


@dataclass(frozen=True, slots=True)
class Beyond:
    """A chance-corrected coefficient over ``n_items``: 1 perfect, 0 chance.

    ``observed`` is the plain agreement, ``prevalence`` the share of votes in each category, in
    ascending order of category.
    """

    value: float
    n_items: int
    observed: float
    prevalence: tuple[float, ...]
    interval: Maybe[Interval]


def cohen_kappa(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    *,
    weights: Weights | str = Weights.NONE,
    seed: int = 0,
) -> Maybe[Beyond]:
    """Two raters over the same items: two columns of categories of equal length.

    For weights the categories stand in ascending order, one step apart.
    """
    one, other = np.asarray(first), np.asarray(second)
    if one.ndim != 1 or one.shape != other.shape:
        raise InvalidInput("Two raters' categories are two columns of equal length.")
    if one.size == 0:
        return NOTHING
    names, both = numbered(np.concatenate([one, other]))
    size = names.size
    if size == 1:
        return ONE_CATEGORY
    cells = np.bincount(both[: one.size] * size + both[one.size :], minlength=size * size)
    cost = _cost(size, Weights(weights))
    value, observed = _cohen(cells.reshape(size, size), cost)
    prevalence = np.bincount(both, minlength=size) / both.size
    rng = np.random.default_rng(seed)
    draws = rng.multinomial(one.size, cells / one.size, size=RESAMPLES)
    interval = _interval(
        one.size, np.array([_cohen(draw.reshape(size, size), cost)[0] for draw in draws])
    )
    return Known(Beyond(value, one.size, observed, tuple(prevalence.tolist()), interval))


def fleiss_kappa(
    items: npt.ArrayLike, categories: npt.ArrayLike, *, seed: int = 0
) -> Maybe[Beyond]:
    """Many raters, the same number on each item: two columns, a vote each."""
    table = _counts(items, categories)
    if table.size and len(set(table.sum(axis=1).tolist())) > 1:
        return UNEQUAL
    return _beyond(table, _fleiss_chance, seed)


def gwet_ac1(items: npt.ArrayLike, categories: npt.ArrayLike, *, seed: int = 0) -> Maybe[Beyond]:
    """Many raters, any number on each item: two columns, a vote each. Items with one vote count
    for the prevalence only."""
    return _beyond(_counts(items, categories), _gwet_chance, seed)


def _cost(size: int, weights: Weights) -> Floats:
    step = np.abs(np.arange(size)[:, None] - np.arange(size)[None, :]).astype(np.float64)
    if weights is Weights.NONE:
        return np.asarray(step > 0, dtype=np.float64)
    return np.asarray(step / (size - 1) if weights is Weights.LINEAR else (step / (size - 1)) ** 2)


def _cohen(cells: Integers, cost: Floats) -> tuple[float, float]:
    share = cells / cells.sum()
    observed = float((share * cost).sum())
    expected = float(share.sum(axis=1) @ cost @ share.sum(axis=0))
    return (1 - observed / expected if expected > 0 else float("nan")), 1 - observed


def _counts(items: npt.ArrayLike, categories: npt.ArrayLike) -> Integers:
    if np.ndim(items) != 1 or np.shape(items) != np.shape(categories):
        raise InvalidInput("Votes are two columns of equal length: items and categories.")
    item_names, item = numbered(items)
    names, category = numbered(categories)
    cells = np.bincount(item * names.size + category, minlength=item_names.size * names.size)
    return cells.reshape(item_names.size, names.size).astype(np.int64)


def _beyond(table: Integers, chance: Callable[[Floats, Floats], float], seed: int) -> Maybe[Beyond]:
    votes = table.sum(axis=1).astype(np.float64)
    paired = int((votes > 1).sum())
    if paired == 0:
        return NOTHING
    if table.shape[1] == 1:
        return ONE_CATEGORY
    agreed = (table * (table - 1)).sum(axis=1) / np.where(votes > 1, votes * (votes - 1), 1)
    share = table / votes[:, None]
    rng = np.random.default_rng(seed)
    flat = np.full(votes.size, 1 / votes.size)
    draws = [
        _one(agreed, votes, share, chance, drawn.astype(np.float64))[0]
        for drawn in rng.multinomial(votes.size, flat, size=RESAMPLES)
    ]
    value, observed = _one(agreed, votes, share, chance, np.ones(votes.size))
    if np.isnan(value):
        return ONE_CATEGORY
    prevalence = tuple((table.sum(axis=0) / table.sum()).tolist())
    return Known(Beyond(value, paired, observed, prevalence, _interval(paired, np.array(draws))))


def _one(
    agreed: Floats,
    votes: Floats,
    share: Floats,
    chance: Callable[[Floats, Floats], float],
    times: Floats,
) -> tuple[float, float]:
    # The coefficient with each item taken ``times`` times.
    paired = times * (votes > 1)
    if not paired.any():
        return float("nan"), float("nan")
    observed = float(paired @ agreed / paired.sum())
    expected = chance(share, times)
    return ((observed - expected) / (1 - expected) if expected < 1 else float("nan")), observed


def _fleiss_chance(share: Floats, times: Floats) -> float:
    return float(((times @ share / times.sum()) ** 2).sum())


def _gwet_chance(share: Floats, times: Floats) -> float:
    mean = times @ share / times.sum()
    return float((mean * (1 - mean)).sum() / (mean.size - 1))


def _interval(n_items: int, draws: Floats) -> Maybe[Interval]:
    found = draws[~np.isnan(draws)]
    if n_items < 2 or found.size == 0:
        return ONE_ITEM
    low, high = np.quantile(found, [0.025, 0.975])
    return Known(Interval(float(low), float(high)))
