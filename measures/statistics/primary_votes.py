"""Votes as sparse matrices, raters by items, for the fit of the primary score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from core.errors import InvalidInput
from measures.statistics.primary_results import Floats, Integers


@dataclass(frozen=True)
class RatingVotes:
    """The votes with the sums that every round needs; several votes on one item are allowed."""

    raters: Integers
    items: Integers
    by_rater: csr_array  # 1 a vote
    by_item: csr_array  # its transpose
    score_by_rater: csr_array  # votes minus ``centre``
    score_by_item: csr_array
    rater_sum: Floats
    rater_squares: Floats
    rater_n: Floats
    item_n: Floats
    rater_component: Integers
    item_component: Integers
    n_components: int
    centre: float

    @classmethod
    def of(cls, raters: npt.ArrayLike, items: npt.ArrayLike, scores: npt.ArrayLike) -> RatingVotes:
        """Numbers the raters and items, centres the scores, finds the connected groups."""
        score = _checked(raters, items, scores)
        rater_names, rater = np.unique(np.asarray(raters, dtype=np.int64), return_inverse=True)
        item_names, item = np.unique(np.asarray(items, dtype=np.int64), return_inverse=True)
        shape = (rater_names.size, item_names.size)
        centre = float(score.mean()) if score.size else 0.0
        score = score - centre
        votes = coo_array((np.ones(score.size), (rater, item)), shape=shape).tocsr()
        scored = coo_array((score, (rater, item)), shape=shape).tocsr()
        n_components, rater_component, item_component = _components(votes)
        return cls(
            rater_names,
            item_names,
            votes,
            votes.T.tocsr(),
            scored,
            scored.T.tocsr(),
            group_sums(rater, score, shape[0]),
            group_sums(rater, score**2, shape[0]),
            np.bincount(rater, minlength=shape[0]).astype(np.float64),
            np.bincount(item, minlength=shape[1]).astype(np.float64),
            rater_component,
            item_component,
            n_components,
            centre,
        )

    def mean_over_raters(self, values: Floats) -> Floats:
        """The mean of a rater column in each component."""
        return group_mean(self.rater_component, values, self.n_components)

    def mean_over_items(self, values: Floats) -> Floats:
        """The mean of an item column in each component."""
        return group_mean(self.item_component, values, self.n_components)


def _checked(raters: npt.ArrayLike, items: npt.ArrayLike, scores: npt.ArrayLike) -> Floats:
    score = np.asarray(scores, dtype=np.float64)
    if not (np.shape(raters) == np.shape(items) == score.shape and score.ndim == 1):
        raise InvalidInput("Votes are three columns of equal length: raters, items, scores.")
    if not np.isfinite(score).all():
        raise InvalidInput("A vote is not a number.", field="scores")
    return score


def _components(votes: csr_array) -> tuple[int, Integers, Integers]:
    n_raters, n_items = votes.shape
    rater, item = votes.nonzero()
    size = n_raters + n_items
    if size == 0:
        return 0, np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    graph = coo_array((np.ones(rater.size), (rater, item + n_raters)), shape=(size, size))
    count, labels = connected_components(graph, directed=False)
    labels = labels.astype(np.int64)
    return int(count), labels[:n_raters], labels[n_raters:]


def group_sums(group: Integers, values: Floats, count: int) -> Floats:
    """The sum of a column over the rows of each group."""
    return np.bincount(group, values, count).astype(np.float64)


def group_mean(group: Integers, values: Floats, count: int) -> Floats:
    """The mean of a column over the rows of each group."""
    return np.asarray(group_sums(group, values, count) / np.bincount(group, minlength=count))
