"""Intraclass correlation: is the panel's mean reliable. ICC(2, .) and ICC(3, .) of a full block.

Sources: Shrout and Fleiss (1979); McGraw and Wong (1996) for the intervals. ICC(2, k): the raters
are a sample and absolute grades count. ICC(3, k): this very panel, and only the order counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import fdtri

from core.errors import InvalidInput
from measures.statistics.columns import Floats, complete_table
from measures.statistics.known import Interval, Known, Maybe, NotKnown
from measures.statistics.primary_results import PrimaryFit

INCOMPLETE = NotKnown("some raters did not score some items; use the reliability of the fit")
TOO_SMALL = NotKnown("it takes two items and two raters")
ALL_EQUAL = NotKnown("all items have the same mean, so there is nothing to tell apart")
EXACT = NotKnown("the raters agree exactly, so there is no error to make an interval from")


@dataclass(frozen=True, slots=True)
class Reliability:
    """One coefficient (1 perfect, 0 none, below 0 worse than none) with its 95 % interval."""

    value: float
    interval: Maybe[Interval]


@dataclass(frozen=True, slots=True)
class Icc:
    """The coefficients of a single rater and of the mean of all ``n_raters``."""

    n_items: int
    n_raters: int
    agreement_single: Reliability  # ICC(2,1)
    agreement_mean: Reliability  # ICC(2,k)
    consistency_single: Reliability  # ICC(3,1)
    consistency_mean: Reliability  # ICC(3,k)


def icc(table: npt.ArrayLike, *, level: float = 0.95) -> Maybe[Icc]:
    """From an (items, raters) table of grades without gaps; nan is a gap."""
    cells = complete_table(table)
    if np.isnan(cells).any():
        return INCOMPLETE
    if min(cells.shape) < 2:
        return TOO_SMALL
    squares = _Squares.of(cells)
    if squares.rows <= 1e-12:
        return ALL_EQUAL
    n, k = cells.shape
    single, both = squares.agreement(n, k), squares.consistency(k)
    ends = [squares.agreement_ends(n, k, level), squares.consistency_ends(n, k, level)]
    return Known(
        Icc(
            n,
            k,
            Reliability(single, ends[0]),
            Reliability(spearman_brown(single, k), _stepped(ends[0], k)),
            Reliability(both, ends[1]),
            Reliability(spearman_brown(both, k), _stepped(ends[1], k)),
        )
    )


def spearman_brown(single: float, k: float) -> float:
    """The reliability of the mean of ``k`` raters from that of one: k r / (1 + (k - 1) r)."""
    return k * single / (1 + (k - 1) * single)


def raters_needed(single: float, wanted: float) -> Maybe[float]:
    """How many raters (a fraction) reach the ``wanted`` reliability: R (1 - r) / (r (1 - R))."""
    if not 0 < wanted < 1:
        raise InvalidInput("A reliability to reach lies between 0 and 1.", field="wanted")
    if not 0 < single <= 1:
        return NotKnown("one rater's reliability is not above 0, so no number of them suffices")
    return Known(wanted * (1 - single) / (single * (1 - wanted)))


def reliability_of_fit(fit: PrimaryFit) -> Floats:
    """Per item of a primary fit tau^2 / (tau^2 + se^2): the share of variance that is the item's.

    For votes with gaps, where no ICC exists. nan where the item has no primary score.
    """
    tau = np.array([component.tau for component in fit.components])[fit.item_component]
    return np.asarray(tau**2 / (tau**2 + fit.unshrunk_se**2))


@dataclass(frozen=True, slots=True)
class _Squares:
    """Mean squares of the two-way table: between items, between raters, of the rest."""

    rows: float
    columns: float
    error: float

    @classmethod
    def of(cls, cells: Floats) -> _Squares:
        n, k = cells.shape
        row, column, grand = cells.mean(axis=1), cells.mean(axis=0), cells.mean()
        rest = cells - row[:, None] - column[None, :] + grand
        return cls(
            k * float(((row - grand) ** 2).sum()) / (n - 1),
            n * float(((column - grand) ** 2).sum()) / (k - 1),
            float((rest**2).sum()) / ((n - 1) * (k - 1)),
        )

    def agreement(self, n: int, k: int) -> float:
        bottom = self.rows + (k - 1) * self.error + k * (self.columns - self.error) / n
        return (self.rows - self.error) / bottom

    def consistency(self, k: int) -> float:
        return (self.rows - self.error) / (self.rows + (k - 1) * self.error)

    def consistency_ends(self, n: int, k: int, level: float) -> Maybe[Interval]:
        if self.error <= 1e-12:
            return EXACT
        tail, rest = (1 + level) / 2, (n - 1) * (k - 1)
        ratio = self.rows / self.error
        low = ratio / float(fdtri(n - 1, rest, tail))
        high = ratio * float(fdtri(rest, n - 1, tail))
        return Known(Interval((low - 1) / (low + k - 1), (high - 1) / (high + k - 1), level))

    def agreement_ends(self, n: int, k: int, level: float) -> Maybe[Interval]:
        if self.error <= 1e-12:
            return EXACT
        single, tail = self.agreement(n, k), (1 + level) / 2
        a = k * single / (n * (1 - single))
        b = 1 + k * single * (n - 1) / (n * (1 - single))
        part = (a * self.columns) ** 2 / (k - 1) + (b * self.error) ** 2 / ((n - 1) * (k - 1))
        freedom = (a * self.columns + b * self.error) ** 2 / part
        below = float(fdtri(n - 1, freedom, tail))
        above = float(fdtri(freedom, n - 1, tail))
        mixed = k * self.columns + (k * n - k - n) * self.error
        low = n * (self.rows - below * self.error) / (below * mixed + n * self.rows)
        high = n * (above * self.rows - self.error) / (mixed + n * above * self.rows)
        return Known(Interval(low, high, level))


def _stepped(ends: Maybe[Interval], k: int) -> Maybe[Interval]:
    if isinstance(ends, NotKnown):
        return ends
    low, high = ends.value.low, ends.value.high
    return Known(Interval(spearman_brown(low, k), spearman_brown(high, k), ends.value.level))
