"""Standardised flags: a vote too far from what the other votes foretell for this very rater.

Unlike the fixed distance of `deviation` it forgives known severity and known carelessness:
z = (x - b - m) / sqrt(v^2 + s), where m and s are the item's posterior without this vote, b and v
the rater's bias and inconsistency from the primary fit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from core.errors import InvalidInput
from measures.statistics.columns import Flags, Floats, Integers, Votes
from measures.statistics.primary_results import PrimaryFit

LIMIT = 3.0
# How often a vote lies beyond the limit by chance alone: 0.27 %.
BY_CHANCE = 2 * float(ndtr(-LIMIT))


@dataclass(frozen=True)
class Residuals:
    """One row a vote, in the given order: ``z`` in standard deviations, and whether it is flagged.

    nan, and no flag, where the vote is the item's only one or the fit does not know the item.
    """

    z: Floats
    is_flagged: Flags


def standardised_residuals(
    fit: PrimaryFit,
    raters: npt.ArrayLike,
    items: npt.ArrayLike,
    scores: npt.ArrayLike,
    *,
    limit: float = LIMIT,
) -> Residuals:
    """The votes of three columns against a fit of them; ``limit`` in standard deviations."""
    votes = Votes.of(raters, items, scores)
    rater = _rows(fit.raters, votes.raters)[votes.rater]
    item = _rows(fit.items, votes.items)[votes.item]
    weight = fit.inconsistency[rater] ** -2.0
    freed = votes.score - fit.bias[rater]
    precision = fit.given_sd[item] ** -2.0
    rest = precision - weight
    mean = (precision * fit.mean[item] - weight * freed) / rest
    z = (freed - mean) / np.sqrt(1 / weight + 1 / rest)
    z = np.where(fit.item_n[item] > 1, z, np.nan)
    return Residuals(z, np.abs(z) > limit + 1e-9)


def limit_among(n: npt.ArrayLike) -> Floats:
    """The limit of |z| for an item with ``n`` votes (an array gives an array): by chance alone one
    of them lies beyond it in 0.27 % of items, as one vote alone beyond 3 (Sidak's correction)."""
    votes = np.maximum(np.asarray(n, dtype=np.float64), 1.0)
    # 1 - (1 - p)^(1/n), without losing digits where it is small.
    each = -np.expm1(np.log1p(-BY_CHANCE) / votes)
    return np.asarray(-ndtri(each / 2), dtype=np.float64)


def _rows(known: Integers, names: npt.NDArray[np.int64]) -> Integers:
    if not np.isin(names, known).all():
        raise InvalidInput("A vote's rater or item is not in the fit; fit the votes first.")
    return np.searchsorted(known, names).astype(np.int64)
