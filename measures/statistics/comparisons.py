"""Pair votes as columns, and what their graph allows to be said.

An edge joins two crops that were compared. Crops in different connected groups have no common
scale. Inside a group the maximum likelihood exists only if the directed graph "was preferred to at
least once" is strongly connected (Ford 1957); otherwise some crop's worth runs off to infinity.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from core.errors import InvalidInput
from measures.statistics.columns import Flags, Floats, Integers, Labels, numbered


class Choice(IntEnum):
    """What a vote said of the crops on the left and on the right."""

    LEFT = 1
    NEITHER = 0  # a tie
    RIGHT = -1


@dataclass(frozen=True)
class Comparisons:
    """Votes summed by ordered pair: a row for each (left, right) that was shown.

    ``left`` and ``right`` are numbers into ``names``; the three counts of votes may be fractions.
    ``group`` is the connected group of each crop, ``is_bounded`` says of each group whether the
    maximum likelihood exists.
    """

    names: Labels
    left: Integers
    right: Integers
    left_won: Floats
    right_won: Floats
    ties: Floats
    group: Integers
    is_bounded: Flags

    @classmethod
    def of(
        cls,
        left: npt.ArrayLike,
        right: npt.ArrayLike,
        choice: npt.ArrayLike,
        counts: npt.ArrayLike | None = None,
    ) -> Comparisons:
        """From columns of equal length, a vote each: the crops shown and the `Choice`.

        ``counts`` says how many voters each row stands for (1 if left out; fractions are fine).
        """
        names, first, second, said, weight = _checked(left, right, choice, counts)
        size = names.size
        pair, at = np.unique(first * size + second, return_inverse=True)
        sums = np.bincount(at * 3 + (said + 1), weight, minlength=3 * pair.size)
        cells = sums.astype(np.float64).reshape(-1, 3)
        # A pair that nobody voted on joins nothing.
        kept = cells.any(axis=1)
        pair, cells = pair[kept], cells[kept]
        one, other = (pair // max(size, 1)).astype(np.int64), (pair % max(size, 1)).astype(np.int64)
        wins, losses, ties = cells[:, 2].copy(), cells[:, 0].copy(), cells[:, 1].copy()
        group, is_bounded = _groups(size, one, other, wins + ties, losses + ties)
        return cls(names, one, other, wins, losses, ties, group, is_bounded)

    @property
    def n(self) -> Floats:
        """Votes on each row, ties included."""
        return self.left_won + self.right_won + self.ties

    @property
    def n_groups(self) -> int:
        """How many groups of crops have a scale of their own."""
        return int(self.is_bounded.size)

    def votes_of_crops(self) -> Floats:
        """Votes each crop took part in."""
        size, n = self.names.size, self.n
        total = np.bincount(self.left, n, size) + np.bincount(self.right, n, size)
        return np.asarray(total, dtype=np.float64)

    def row_of(self, name: object) -> int | None:
        """The number of a crop, None if nobody compared it."""
        rows = np.flatnonzero(self.names == name)
        return int(rows[0]) if rows.size else None


def _checked(
    left: npt.ArrayLike, right: npt.ArrayLike, choice: npt.ArrayLike, counts: npt.ArrayLike | None
) -> tuple[Labels, Integers, Integers, Integers, Floats]:
    said = np.asarray(choice, dtype=np.float64)
    weight = np.ones(said.shape) if counts is None else np.asarray(counts, dtype=np.float64)
    if not (np.shape(left) == np.shape(right) == said.shape == weight.shape and said.ndim == 1):
        raise InvalidInput("Pair votes are columns of equal length: left, right, choice.")
    if not np.isin(said, [-1, 0, 1]).all():
        raise InvalidInput("A choice is 1 (left), -1 (right) or 0 (neither).", field="choice")
    if not (np.isfinite(weight).all() and (weight >= 0).all()):
        raise InvalidInput("A count of votes is a number from 0 up.", field="counts")
    names, both = numbered(np.concatenate([np.asarray(left), np.asarray(right)]))
    first, second = both[: said.size], both[said.size :]
    if (first == second).any():
        raise InvalidInput("A crop cannot be compared with itself.")
    return names, first, second, said.astype(np.int64), weight


def _groups(
    size: int, first: Integers, second: Integers, wins: Floats, losses: Floats
) -> tuple[Integers, Flags]:
    if size == 0:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.bool_)
    tail = np.concatenate([first[wins > 0], second[losses > 0]])
    head = np.concatenate([second[wins > 0], first[losses > 0]])
    graph = coo_array((np.ones(tail.size), (tail, head)), shape=(size, size)).tocsr()
    count, group = connected_components(graph, directed=False)
    _, strong = connected_components(graph, directed=True, connection="strong")
    # A group is bounded if all its crops lie in one strong part.
    parts = np.unique(np.stack([group, strong]), axis=1)[0]
    return group.astype(np.int64), np.bincount(parts, minlength=count) == 1
