"""The order effect: how much the left side pulls, once the crops' worths are taken out.

logit P(left chosen) = t_left - t_right + gamma. It can only be told from the content if sides were
swapped: where each crop always stood on one side, any gamma can be explained by worths.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy.typing as npt
from scipy.special import expit, ndtr

from measures.statistics.comparisons import Comparisons
from measures.statistics.known import Interval, Known, Maybe, NotKnown
from measures.statistics.pair_fit import fit_pairs, is_side_told_apart
from measures.statistics.pair_models import SidedBradleyTerry
from measures.statistics.pair_scores import (
    NO_VOTES,
    NOT_CONVERGED,
    PairScores,
    regularisation,
    scores_of,
)
from measures.statistics.primary_results import Z95

NOT_SWAPPED = NotKnown("the sides were not swapped enough to tell the side from the content")


@dataclass(frozen=True)
class OrderEffect:
    """``gamma`` in logits, positive where the left is favoured; ``p`` is two-sided (Wald).

    ``scores`` are the worths with the effect taken out. ``left_share`` is the chance of the left
    between equal crops.
    """

    gamma: float
    se: float
    p: float
    n: int
    scores: PairScores

    @property
    def left_share(self) -> float:
        """Logistic of gamma."""
        return float(expit(self.gamma))

    @property
    def interval(self) -> Interval:
        """95 %, normal, of gamma."""
        return Interval(self.gamma - Z95 * self.se, self.gamma + Z95 * self.se)


def order_effect(
    left: npt.ArrayLike,
    right: npt.ArrayLike,
    choice: npt.ArrayLike,
    counts: npt.ArrayLike | None = None,
    *,
    lam: float | None = None,
    with_intervals: bool = False,
) -> Maybe[OrderEffect]:
    """Fits columns of equal length, a vote each; a tie counts half. ``lam`` as in
    `bradley_terry`; ``with_intervals`` adds those of the worths."""
    votes = Comparisons.of(left, right, choice, counts)
    n = float(votes.n.sum())
    if n == 0:
        return NO_VOTES
    if not is_side_told_apart(votes):
        return NOT_SWAPPED
    fit = fit_pairs(votes, SidedBradleyTerry(), regularisation(votes, lam))
    if not fit.has_converged:
        return NOT_CONVERGED
    gamma, se = float(fit.extra[0]), math.sqrt(float(fit.extra_covariance[0, 0]))
    p = 2 * float(ndtr(-abs(gamma) / se))
    scores = scores_of(fit, with_intervals=with_intervals, is_probit=False)
    return Known(OrderEffect(gamma, se, p, round(n), scores))
