"""Pair votes with ties, modelled: Davidson (the default) and Rao-Kupper.

Sources: Davidson (1970), P(tie) = nu sqrt(pi pj) / D; Rao and Kupper (1967), a threshold ln k on
the difference. Neither drops ties nor forces them to a side.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy.typing as npt

from measures.statistics.comparisons import Comparisons
from measures.statistics.known import Known, Maybe, NotKnown
from measures.statistics.pair_fit import PairFit, fit_pairs
from measures.statistics.pair_models import Davidson, RaoKupper
from measures.statistics.pair_scores import (
    NO_VOTES,
    NOT_CONVERGED,
    PairScores,
    regularisation,
    scores_of,
)

NO_TIES = NotKnown("nobody called a tie; Bradley-Terry says all there is")
ONLY_TIES = NotKnown("every vote is a tie, so nothing is ordered")


class TieModel(StrEnum):
    """How a tie comes about."""

    DAVIDSON = "davidson"
    RAO_KUPPER = "rao_kupper"


@dataclass(frozen=True)
class TiedScores:
    """Worths in logits, and the tie parameter: Davidson's nu or Rao-Kupper's k.

    ``tie_se`` is the standard error of the parameter's logarithm.
    """

    scores: PairScores
    model: TieModel
    tie: float
    tie_se: float

    def p_tie(self, d: float) -> float:
        """The chance of a tie between two crops whose worths differ by ``d``."""
        if self.model is TieModel.DAVIDSON:
            return self.tie / (self.tie + 2 * math.cosh(d / 2))
        k = self.tie
        return (k * k - 1) / ((1 + k * math.exp(-d)) * (k * math.exp(d) + 1))


def tied_scores(
    left: npt.ArrayLike,
    right: npt.ArrayLike,
    choice: npt.ArrayLike,
    counts: npt.ArrayLike | None = None,
    *,
    model: TieModel | str = TieModel.DAVIDSON,
    lam: float | None = None,
    with_intervals: bool = True,
) -> Maybe[TiedScores]:
    """Fits columns of equal length, a vote each; options as in `bradley_terry`."""
    model = TieModel(model)
    votes = Comparisons.of(left, right, choice, counts)
    if (reason := _refusal(votes)) is not None:
        return reason
    likelihood = Davidson() if model is TieModel.DAVIDSON else RaoKupper()
    fit = fit_pairs(votes, likelihood, regularisation(votes, lam))
    return _result(fit, model, with_intervals) if fit.has_converged else NOT_CONVERGED


def _refusal(votes: Comparisons) -> NotKnown | None:
    if not votes.n.sum():
        return NO_VOTES
    if not votes.ties.sum():
        return NO_TIES
    return ONLY_TIES if votes.ties.sum() == votes.n.sum() else None


def _result(fit: PairFit, model: TieModel, with_intervals: bool) -> Maybe[TiedScores]:
    scores = scores_of(fit, with_intervals=with_intervals, is_probit=False)
    error = math.sqrt(float(fit.extra_covariance[0, 0]))
    return Known(TiedScores(scores, model, math.exp(float(fit.extra[0])), error))
