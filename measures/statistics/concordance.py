"""Kendall's W: do the raters order the crops of a photo alike.

Source: Kendall and Babington Smith (1939), with the correction for ties. The mean Spearman
correlation of two raters is (m W - 1) / (m - 1).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import chi2, rankdata

from measures.statistics.columns import Floats, complete_table
from measures.statistics.known import Known, Maybe, NotKnown

TOO_SMALL = NotKnown("it takes two crops and two raters")
INCOMPLETE = NotKnown("some raters did not rank some crops")
ALL_TIED = NotKnown("every rater ranked all crops alike, so there is no order to agree on")


@dataclass(frozen=True, slots=True)
class Concordance:
    """``w`` from 0 (no agreement) to 1; ``chi2`` = m (n - 1) W with n - 1 degrees and its ``p``.

    ``mean_spearman`` of all two raters is exact where nobody tied.
    """

    n_crops: int
    n_raters: int
    w: float
    mean_spearman: float
    chi2: float
    p: float


def kendall_w(table: npt.ArrayLike) -> Maybe[Concordance]:
    """From a (crops, raters) table of grades or ranks without gaps; higher is better or not, as
    long as all raters mean the same."""
    cells = complete_table(table)
    if cells.shape[0] < 2 or cells.shape[1] < 2:
        return TOO_SMALL
    if np.isnan(cells).any():
        return INCOMPLETE
    n, m = cells.shape
    ranks = rankdata(cells, axis=0)
    total = ranks.sum(axis=1)
    spread = float(((total - total.mean()) ** 2).sum())
    room = m**2 * (n**3 - n) - m * _ties(ranks)
    if room <= 0:
        return ALL_TIED
    w = 12 * spread / room
    test = m * (n - 1) * w
    return Known(Concordance(n, m, w, (m * w - 1) / (m - 1), test, float(chi2.sf(test, n - 1))))


def _ties(ranks: Floats) -> float:
    sizes = [np.unique(column, return_counts=True)[1] for column in ranks.T]
    return float(sum((each**3 - each).sum() for each in sizes))
