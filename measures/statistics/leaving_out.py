"""The effect of leaving a rater out: what the scores would be without one person's votes.

Shown before anybody is excluded. Nothing is removed; both fits are kept.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from measures.statistics.columns import Votes
from measures.statistics.known import Known, Maybe, NotKnown
from measures.statistics.primary import fit_primary
from measures.statistics.primary_results import PrimaryFit


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Over the items whose primary score is known both ways.

    ``mean_shift`` is what leaving out adds to the scores, ``rms_change`` the size of the change
    once that common shift is taken off, ``widest`` the largest one (grades). ``reordered`` is the
    share of item pairs whose order turns. ``lost`` items have no score any more.
    """

    n_items: int
    lost: int
    mean_shift: float
    rms_change: float
    widest: float
    reordered: Maybe[float]


def leaving_out(
    rater: object,
    raters: npt.ArrayLike,
    items: npt.ArrayLike,
    scores: npt.ArrayLike,
    *,
    step: float = 1.0,
) -> Maybe[LeftOut]:
    """The primary scores of three columns, a vote each, with and without ``rater``."""
    votes = Votes.of(raters, items, scores)
    kept = votes.raters[votes.rater] != rater
    if kept.all():
        return NotKnown("this rater has scored nothing yet")
    every = fit_primary(votes.rater, votes.item, votes.score, step=step)
    rest = fit_primary(votes.rater[kept], votes.item[kept], votes.score[kept], step=step)
    return _compared(every, rest)


def _compared(every: PrimaryFit, rest: PrimaryFit) -> Maybe[LeftOut]:
    before = every.mean[np.isin(every.items, rest.items)]
    known = ~np.isnan(before) & ~np.isnan(rest.mean)
    first, second = before[known], rest.mean[known]
    if first.size == 0:
        return NotKnown("no item has a primary score with and without this rater")
    change = second - first
    own = change - change.mean()
    return Known(
        LeftOut(
            n_items=first.size,
            lost=int((~np.isnan(every.mean)).sum()) - first.size,
            mean_shift=float(change.mean()),
            rms_change=float(np.sqrt((own**2).mean())),
            widest=float(np.abs(own).max()),
            reordered=_reordered(first, second),
        )
    )


def _reordered(first: npt.NDArray[np.float64], second: npt.NDArray[np.float64]) -> Maybe[float]:
    # Beyond 2,000 items every so-manieth stands for the rest.
    pick = slice(None, None, -(-first.size // 2000))
    one, other = first[pick], second[pick]
    a, b = np.triu_indices(one.size, 1)
    if a.size == 0:
        return NotKnown("one item has no order")
    return Known(float(((one[a] - one[b]) * (other[a] - other[b]) < 0).mean()))
