"""What a fit of pair votes says of each crop and of two of them, and what it refuses to say."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, ndtr

from measures.statistics.columns import Flags, Floats
from measures.statistics.comparisons import Comparisons
from measures.statistics.known import Interval, Known, Maybe, NotKnown
from measures.statistics.pair_fit import PairFit, covariance_blocks
from measures.statistics.primary_results import Z95

# The prior sd of a worth is 1 / sqrt(lam): 2 units of the scale.
REGULARISATION = 0.25

NOBODY = NotKnown("nobody has compared it yet")
APART = NotKnown("no chain of comparisons joins the two crops, so they have no common scale")
NO_INTERVALS = NotKnown("the intervals were not computed")
NOT_CONVERGED = NotKnown("the fit did not settle, as the votes do not bound it")
NO_VOTES = NotKnown("nobody has compared anything yet")


@dataclass(frozen=True, slots=True)
class PairScore:
    """One crop: ``worth`` on the model's scale, 0 the mean of its group, from ``n`` votes.

    ``is_regularised``: the votes alone do not bound the group, a prior does.
    """

    n: int
    worth: float
    se: Maybe[float]
    group: int
    is_regularised: bool

    @property
    def interval(self) -> Maybe[Interval]:
        """95 %, normal."""
        if isinstance(self.se, NotKnown):
            return self.se
        half = Z95 * self.se.value
        return Known(Interval(self.worth - half, self.worth + half))


@dataclass(frozen=True, slots=True)
class Difference:
    """First minus second. ``p_chosen`` is the chance that one vote prefers the first; ``p_better``
    how surely the first is the better one. The two are different questions."""

    d: float
    se: float
    p_chosen: float
    p_better: float


@dataclass(frozen=True)
class PairScores:
    """The scores of all crops, columns in the order of ``votes.names``; se is nan if not asked for.

    ``blocks`` holds the covariance of each group (empty if intervals were not asked for).
    ``is_probit``: the chance of a choice is Phi(d), else logistic(d).
    """

    votes: Comparisons
    worth: Floats
    se: Floats
    blocks: tuple[Floats, ...]
    is_regularised: Flags
    is_probit: bool
    has_converged: bool

    def crop(self, name: object) -> Maybe[PairScore]:
        """One crop's score."""
        row = self.votes.row_of(name)
        if row is None:
            return NOBODY
        if not self.has_converged:
            return NOT_CONVERGED
        n = round(float(self.votes.votes_of_crops()[row]))
        if n == 0:
            return NOBODY
        group, se = int(self.votes.group[row]), float(self.se[row])
        known: Maybe[float] = NO_INTERVALS if math.isnan(se) else Known(se)
        return Known(
            PairScore(n, float(self.worth[row]), known, group, bool(self.is_regularised[group]))
        )

    def difference(self, first: object, second: object) -> Maybe[Difference]:
        """Two crops of one group compared; refused across groups."""
        one, other = self.votes.row_of(first), self.votes.row_of(second)
        if one is None or other is None:
            return NOBODY
        if self.votes.group[one] != self.votes.group[other]:
            return APART
        if not self.has_converged:
            return NOT_CONVERGED
        if not self.blocks:
            return NO_INTERVALS
        d = float(self.worth[one] - self.worth[other])
        se = self._se_of_difference(one, other)
        p_chosen = float(ndtr(d) if self.is_probit else expit(d))
        return Known(Difference(d, se, p_chosen, float(ndtr(d / se))))

    def _se_of_difference(self, one: int, other: int) -> float:
        group = self.votes.group[one]
        members = np.flatnonzero(self.votes.group == group)
        a, b = np.searchsorted(members, [one, other])
        block = self.blocks[group]
        return math.sqrt(float(block[a, a] + block[b, b] - 2 * block[a, b]))


def regularisation(votes: Comparisons, lam: float | None) -> Floats:
    """The prior of each group: as asked, or by default only where the votes do not bound it."""
    if lam is not None:
        return np.full(votes.n_groups, float(lam))
    return np.where(votes.is_bounded, 0.0, REGULARISATION)


def scores_of(fit: PairFit, *, with_intervals: bool, is_probit: bool) -> PairScores:
    """The fit as scores."""
    se = np.full(fit.worth.size, np.nan)
    blocks: tuple[Floats, ...] = ()
    if with_intervals and fit.has_converged:
        blocks = tuple(covariance_blocks(fit))
        order = np.argsort(fit.votes.group, kind="stable")
        variances = [np.diag(block) for block in blocks]
        se[order] = np.sqrt(np.concatenate(variances)) if variances else se
    return PairScores(fit.votes, fit.worth, se, blocks, fit.lam > 0, is_probit, fit.has_converged)
