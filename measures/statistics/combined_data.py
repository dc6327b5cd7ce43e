"""Ratings and pair votes over the same items, as numbers, for their common fit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from measures.statistics.columns import Floats, Integers, Labels, Votes, numbered
from measures.statistics.comparisons import Comparisons

Places = tuple[Integers, Integers, Integers]


@dataclass(frozen=True)
class CombinedVotes:
    """``rater``, ``item``, ``score`` (less ``centre``) of each rating; ``wins`` of ``n`` votes for
    the left crop of each ordered pair.

    ``members`` are the items of each compared group, ``places`` its pairs: left and right as rows
    of the group, and the rows of ``wins``.
    """

    names: Labels
    raters: Labels
    rater: Integers
    item: Integers
    score: Floats
    centre: float
    wins: Floats
    n: Floats
    members: tuple[Integers, ...]
    places: tuple[Places, ...]

    @classmethod
    def of(
        cls,
        ratings: tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike],
        pairs: tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike],
    ) -> CombinedVotes:
        """Numbers the items of both kinds of votes together."""
        rated, compared = Votes.of(*ratings), Comparisons.of(*pairs)
        both = [found for found in (rated.items, compared.names) if found.size]
        names, _ = numbered(np.concatenate(both) if both else [])
        item = np.searchsorted(names, rated.items)[rated.item] if rated.item.size else rated.item
        centre = float(rated.score.mean()) if rated.score.size else 0.0
        members, places = _groups(compared, np.searchsorted(names, compared.names))
        return cls(
            names=names,
            raters=rated.raters,
            rater=rated.rater,
            item=item.astype(np.int64),
            score=rated.score - centre,
            centre=centre,
            wins=compared.left_won + compared.ties / 2,
            n=compared.n,
            members=members,
            places=places,
        )

    def sum_by_item(self, values: Floats) -> Floats:
        """Per item the sum of a column of ratings."""
        return np.bincount(self.item, values, self.names.size).astype(np.float64)

    def sum_by_rater(self, values: Floats) -> Floats:
        """Per rater the sum of a column of ratings."""
        return np.bincount(self.rater, values, self.raters.size).astype(np.float64)


def _groups(
    compared: Comparisons, number: npt.NDArray[np.intp]
) -> tuple[tuple[Integers, ...], tuple[Places, ...]]:
    order = np.argsort(compared.group, kind="stable")
    sizes = np.bincount(compared.group, minlength=compared.n_groups)
    place = np.empty(order.size, dtype=np.int64)
    place[order] = np.arange(order.size) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    members = tuple(
        number[part].astype(np.int64) for part in np.split(order, np.cumsum(sizes)[:-1])
    ) if sizes.size else ()  # fmt: skip
    group = compared.group[compared.left]
    rows = np.argsort(group, kind="stable")
    ends = np.searchsorted(group[rows], np.arange(compared.n_groups + 1))
    places = []
    for at in range(compared.n_groups):
        mine = rows[ends[at] : ends[at + 1]].astype(np.int64)
        places.append((place[compared.left[mine]], place[compared.right[mine]], mine))
    return members, tuple(places)
