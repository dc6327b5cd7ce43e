"""Thurstone's case V: worths from pair votes, P(A chosen over B) = Phi(a - b).

Source: Thurstone (1927); Perez-Ortiz and Mantiuk (2017) for the unit. In JOD, 1 means that 75 %
prefer the one: q = z / Phi^-1(0.75). Ties count half a vote for each.
"""

from __future__ import annotations

import numpy.typing as npt

from measures.statistics.comparisons import Comparisons
from measures.statistics.pair_fit import fit_pairs
from measures.statistics.pair_models import Thurstone
from measures.statistics.pair_scores import PairScores, regularisation, scores_of

METHOD = "thurstone"
VERSION = "1"

JOD_PER_SD = 1.482602218505602


def thurstone(
    left: npt.ArrayLike,
    right: npt.ArrayLike,
    choice: npt.ArrayLike,
    counts: npt.ArrayLike | None = None,
    *,
    lam: float | None = None,
    with_intervals: bool = True,
) -> PairScores:
    """Fits columns of equal length, a vote each; options as in `bradley_terry`. Worths in sd of a
    difference; times ``JOD_PER_SD`` they are JOD."""
    votes = Comparisons.of(left, right, choice, counts)
    fit = fit_pairs(votes, Thurstone(), regularisation(votes, lam))
    return scores_of(fit, with_intervals=with_intervals, is_probit=True)
