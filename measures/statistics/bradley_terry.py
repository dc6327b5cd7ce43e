"""Bradley-Terry: worths in logits from pair votes, P(A chosen over B) = logistic(a - b).

Source: Bradley and Terry (1952); Ford (1957) for when the maximum exists. Ties count half a vote
for each (`ties` models them). Groups without a chain of comparisons are scaled apart.
"""

from __future__ import annotations

import numpy.typing as npt

from core.errors import InvalidInput
from measures.statistics.comparisons import Comparisons
from measures.statistics.pair_fit import fit_pairs
from measures.statistics.pair_models import BradleyTerry
from measures.statistics.pair_scores import PairScores, regularisation, scores_of

METHOD = "bradley_terry"
VERSION = "1"

# From logits to JOD, where 1 JOD is "preferred by 75 %": 1 / ln 3.
JOD_PER_LOGIT = 0.9102392266268373


def bradley_terry(
    left: npt.ArrayLike,
    right: npt.ArrayLike,
    choice: npt.ArrayLike,
    counts: npt.ArrayLike | None = None,
    *,
    lam: float | None = None,
    with_intervals: bool = True,
) -> PairScores:
    """Fits columns of equal length, a vote each (see `Comparisons.of`).

    ``lam`` is the precision of a Gaussian prior on the worths (0 for none). Left out, only the
    groups whose votes do not bound the maximum get one, and are marked as regularised. Intervals
    take memory and time with the square and cube of the largest group.
    """
    if lam is not None and lam < 0:
        raise InvalidInput("The regularisation cannot be below 0.", field="lam")
    votes = Comparisons.of(left, right, choice, counts)
    fit = fit_pairs(votes, BradleyTerry(), regularisation(votes, lam))
    return scores_of(fit, with_intervals=with_intervals, is_probit=False)
