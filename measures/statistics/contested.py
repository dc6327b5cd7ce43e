"""Contested items: do the votes lie further apart than these raters' own noise explains.

Under the primary score's model the sum of ((x - b - worth) / v)^2 around the best worth follows
chi squared with n - 1 degrees. A small p means that the photo divides the panel, not that a rater
slipped. With many items some are small by chance: use the rate p < 0.01 against 1 % as well.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc

from core.errors import InvalidInput
from measures.statistics.columns import Floats, Integers, Votes
from measures.statistics.primary_results import PrimaryFit

LIMIT = 0.01


@dataclass(frozen=True)
class Contested:
    """Columns by item, ascending: ``ratio`` of the votes' spread to what noise explains (1 on
    average) and ``p``; nan for one vote or an item without a primary score."""

    items: Integers
    ratio: Floats
    p: Floats

    @property
    def contested(self) -> Integers:
        """The items with p below 0.01."""
        return np.asarray(self.items[self.p < LIMIT])


def contested(
    fit: PrimaryFit, raters: npt.ArrayLike, items: npt.ArrayLike, scores: npt.ArrayLike
) -> Contested:
    """The votes of three columns against a fit of them."""
    votes = Votes.of(raters, items, scores)
    if not (np.isin(votes.raters, fit.raters).all() and np.isin(votes.items, fit.items).all()):
        raise InvalidInput("A vote's rater or item is not in the fit; fit the votes first.")
    rater = np.searchsorted(fit.raters, votes.raters)[votes.rater]
    weight = fit.inconsistency[rater] ** -2.0
    freed = votes.score - fit.bias[rater]
    best = votes.by_item(weight * freed) / votes.by_item(weight)
    squares = votes.by_item(weight * (freed - best[votes.item]) ** 2)
    freedom = np.where(votes.by_item() > 1, votes.by_item() - 1, np.nan)
    return Contested(votes.items, squares / freedom, chdtrc(freedom, squares))
