"""Screening raters: BT.500's count of far votes, and correlation with the others' mean.

Sources: ITU-R BT.500 (2.3.1 of annex 2), ITU-T P.913 (12.6). Both only propose; nobody is
removed by a formula. A vote's z-score is at most (n - 1) / sqrt(n) for n votes on its item, so
BT.500's rule of 2 sd cannot fire below 6 votes nor its rule of sqrt(20) sd below 22.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from measures.statistics.columns import Flags, Floats, Votes
from measures.statistics.known import Known, Maybe, NotKnown

MIN_VOTES = 6
SAFE_VOTES = 22
SHARE_LIMIT = 0.05
BALANCE_LIMIT = 0.3
CORRELATION_LIMIT = 0.75
MIN_ITEMS = 10

TOO_SMALL = NotKnown(
    f"below {MIN_VOTES} votes an item no vote can lie 2 standard deviations from the mean"
)
FEW_ITEMS = NotKnown(f"fewer than {MIN_ITEMS} items shared with other raters")
NO_SPREAD = NotKnown("the rater's votes or the others' means are all equal")


@dataclass(frozen=True, slots=True)
class Screened:
    """One rater under BT.500: votes far ``above`` and far ``below`` among ``n``."""

    n: int
    above: int
    below: int
    is_rejected: bool


@dataclass(frozen=True, slots=True)
class Bt500:
    """BT.500's verdicts by rater. ``warning`` says what the panel is too small for, or is empty."""

    raters: dict[object, Screened]
    warning: str


@dataclass(frozen=True, slots=True)
class Correlated:
    """One rater's Pearson ``r`` with the mean of the others over ``n`` items."""

    n: int
    r: float
    is_rejected: bool


def bt500(raters: npt.ArrayLike, items: npt.ArrayLike, scores: npt.ArrayLike) -> Maybe[Bt500]:
    """The rule applied once, not again after a removal: three columns, a vote each.

    Per item mean, sd (n - 1) and kurtosis; a vote is far beyond 2 sd, or sqrt(20) sd where the
    kurtosis lies outside [2, 4]. A rater is rejected with more than 5 % far votes that lie on
    both sides alike (difference under 30 % of their number).
    """
    votes = Votes.of(raters, items, scores)
    most = int(votes.by_item().max(initial=0))
    if most < MIN_VOTES:
        return TOO_SMALL
    high, low = _far(votes)
    above, below = votes.by_rater(high.astype(float)), votes.by_rater(low.astype(float))
    n = votes.by_rater()
    found = {
        name: _screened(int(count), int(up), int(down))
        for name, count, up, down in zip(votes.raters.tolist(), n, above, below, strict=True)
    }
    return Known(Bt500(found, _warning(most)))


def correlation_screen(
    raters: npt.ArrayLike,
    items: npt.ArrayLike,
    scores: npt.ArrayLike,
    *,
    limit: float = CORRELATION_LIMIT,
) -> dict[object, Maybe[Correlated]]:
    """By rater: Pearson correlation with the leave-one-out mean of the same items.

    Rejected below ``limit``. A rater needs 10 items with other votes, and spread on both sides.
    """
    votes = Votes.of(raters, items, scores)
    n = votes.by_item()[votes.item]
    others = (votes.by_item(votes.score)[votes.item] - votes.score) / np.maximum(n - 1, 1)
    order = np.argsort(np.where(n > 1, votes.rater, votes.raters.size), kind="stable")
    ends = np.searchsorted(
        votes.rater[order][: int((n > 1).sum())], np.arange(votes.raters.size + 1)
    )
    return {
        name: _correlated(votes.score[rows], others[rows], limit)
        for name, rows in (
            (name, order[ends[at] : ends[at + 1]]) for at, name in enumerate(votes.raters.tolist())
        )
    }


def _far(votes: Votes) -> tuple[Flags, Flags]:
    n = votes.by_item()
    around = votes.score - (votes.by_item(votes.score) / n)[votes.item]
    second, fourth = votes.by_item(around**2) / n, votes.by_item(around**4) / n
    usable = (n > 1) & (second > 0)
    kurtosis = fourth / np.where(usable, second, 1) ** 2
    factor = np.where((kurtosis >= 2) & (kurtosis <= 4), 2.0, np.sqrt(20))
    sd = np.sqrt(second * n / np.maximum(n - 1, 1))
    reach = np.where(usable, factor * sd, np.inf)[votes.item]
    return around >= reach, around <= -reach


def _screened(n: int, above: int, below: int) -> Screened:
    far = above + below
    is_rejected = far > SHARE_LIMIT * n and abs(above - below) < BALANCE_LIMIT * far
    return Screened(n, above, below, is_rejected)


def _warning(most: int) -> str:
    if most >= SAFE_VOTES:
        return ""
    return (
        f"No item has {SAFE_VOTES} votes, so the rule for unusual vote distributions cannot fire "
        "and careless raters may pass."
    )


def _correlated(mine: Floats, others: Floats, limit: float) -> Maybe[Correlated]:
    if mine.size < MIN_ITEMS:
        return FEW_ITEMS
    first, second = mine - mine.mean(), others - others.mean()
    length = float(np.sqrt((first @ first) * (second @ second)))
    if length <= 1e-12:
        return NO_SPREAD
    r = float(first @ second) / length
    return Known(Correlated(mine.size, r, r < limit))
