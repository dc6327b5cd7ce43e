"""Which pairs to ask next: those whose answer is expected to tell most, along a spanning tree.

Source: Li et al. (2018), hybrid MST. The expected information of a pair is h(E p) - E h(p) with
p = logistic(N(d, se^2)) and h the entropy of a yes or no; a minimum spanning tree over its inverse
gives one pair less than there are crops, so that one round connects them all and many raters can
work on it at once. A share of the pairs is drawn at random, so that the choice itself can be
checked for bias.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.special import entr, expit

from core.errors import InvalidInput
from measures.statistics.columns import Floats, Integers, finite

EXPLORATION = 0.15
MAX_CROPS = 600
LEAST = 1e-12

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(21)


@dataclass(frozen=True, slots=True)
class NextPair:
    """Rows of the crop to show on the left and on the right; ``information`` in bits."""

    left: int
    right: int
    information: float
    is_exploration: bool


def expected_information(d: npt.ArrayLike, variance: npt.ArrayLike) -> Floats:
    """Bits that one vote on a pair is expected to tell, from the mean and variance of the
    difference of the two worths in logits; any shape. 21-point Gauss-Hermite."""
    mean, sd = np.asarray(d, dtype=np.float64), np.sqrt(np.asarray(variance, dtype=np.float64))
    p = expit(mean[..., None] + sd[..., None] * _NODES)
    weight = _WEIGHTS / _WEIGHTS.sum()
    told = _entropy(p @ weight) - _entropy(p) @ weight
    return np.asarray(np.maximum(told, 0.0), dtype=np.float64)


def next_pairs(
    worths: npt.ArrayLike,
    covariance: npt.ArrayLike,
    *,
    count: int | None = None,
    shown: Collection[tuple[int, int]] = (),
    lean: npt.ArrayLike | None = None,
    exploration: float = EXPLORATION,
    seed: int = 0,
) -> list[NextPair]:
    """The next ``count`` pairs (one tree if left out) for crops with these worths, best first.

    ``worths`` (k,) in logits and ``covariance`` (k, k), as `pair_beliefs.beliefs` gives them.
    ``shown``: pairs, in either order, that this rater has seen and will not see again.
    ``lean``: how many times more each crop has stood left than right so far; sides even that out.
    Fewer pairs come back when no more are left.
    """
    mean, matrix = finite(worths, "worth"), np.asarray(covariance, dtype=np.float64)
    size = mean.size
    if size > MAX_CROPS:
        raise InvalidInput(f"Pairs are chosen among up to {MAX_CROPS} crops at once.")
    if matrix.shape != (size, size) or not 0 <= exploration <= 1:
        raise InvalidInput("Give a covariance for each pair and an exploration from 0 to 1.")
    rng = np.random.default_rng(seed)
    first, second, told = _candidates(mean, matrix, shown)
    wanted = min(max(size - 1, 0) if count is None else count, first.size)
    rows, is_random = _picked(first, second, told, size, wanted, exploration, rng)
    leaning = np.zeros(size) if lean is None else finite(lean, "count").copy()
    return [
        _sided(int(first[row]), int(second[row]), float(told[row]), drawn, leaning, rng)
        for row, drawn in zip(rows, is_random, strict=True)
    ]


def _entropy(p: Floats) -> Floats:
    return np.asarray((entr(p) + entr(1 - p)) / np.log(2), dtype=np.float64)


def _candidates(
    mean: Floats, matrix: Floats, shown: Collection[tuple[int, int]]
) -> tuple[Integers, Integers, Floats]:
    first, second = np.triu_indices(mean.size, 1)
    seen = {(min(pair), max(pair)) for pair in shown}
    if seen:
        keys = np.array([a * mean.size + b for a, b in seen])
        kept = ~np.isin(first * mean.size + second, keys)
        first, second = first[kept], second[kept]
    variance = np.diag(matrix)
    spread = variance[first] + variance[second] - 2 * matrix[first, second]
    told = expected_information(mean[first] - mean[second], np.maximum(spread, 0.0))
    return first.astype(np.int64), second.astype(np.int64), told


def _picked(
    first: Integers,
    second: Integers,
    told: Floats,
    size: int,
    wanted: int,
    exploration: float,
    rng: np.random.Generator,
) -> tuple[list[int], list[bool]]:
    # Places drawn for exploration first; the trees, one after another, fill the others.
    is_random = rng.random(wanted) < exploration
    drawn = rng.permutation(first.size)[: int(is_random.sum())].tolist()
    free = np.ones(first.size, dtype=np.bool_)
    free[drawn] = False
    planned: list[int] = []
    while len(planned) < wanted - len(drawn) and free.any():
        tree = _tree(first, second, np.where(free, told, np.nan), size)
        planned += tree
        free[tree] = False
    planned, spare = planned[: wanted - len(drawn)], list(drawn)
    order = iter(planned)
    return [spare.pop() if random else next(order) for random in is_random], is_random.tolist()


def _tree(first: Integers, second: Integers, told: Floats, size: int) -> list[int]:
    rows = np.flatnonzero(~np.isnan(told))
    weight = 1 / np.maximum(told[rows], LEAST)
    graph = coo_array((weight, (first[rows], second[rows])), shape=(size, size)).tocsr()
    tree = minimum_spanning_tree(graph).tocoo()
    keys = tree.coords[0].astype(np.int64) * size + tree.coords[1]
    chosen = rows[np.isin(first[rows] * size + second[rows], keys)].tolist()
    return sorted(chosen, key=lambda row: -float(told[row]))


def _sided(
    first: int, second: int, told: float, drawn: bool, leaning: Floats, rng: np.random.Generator
) -> NextPair:
    lead = leaning[first] - leaning[second]
    is_swapped = lead > 0 or (lead == 0 and rng.random() < 0.5)
    one, other = (second, first) if is_swapped else (first, second)
    leaning[one] += 1
    leaning[other] -= 1
    return NextPair(one, other, told, drawn)
