"""Alternating projection: the scores as ITU-T P.910 computes them, with a warning of collapse.

Source: ITU-T P.910 (2023), annex on subject bias and inconsistency; Li et al. (2020). It fits
items and raters jointly. That likelihood has no maximum: a rater's inconsistency can fall to 0,
and the scores then repeat that rater's votes. With few raters it usually does, so this is a
column for comparison with other reports; the score to trust is `primary`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from measures.statistics.columns import Floats, Integers, Labels, Votes
from measures.statistics.known import Interval, Known, Maybe, NotKnown
from measures.statistics.primary_results import Z95

METHOD = "alternating_projection"
VERSION = "1"

HAIR = 1e-8  # P.910's guard against division by 0; also the size of a step that counts as none
MAX_ROUNDS = 1000
# A rater this much steadier than the votes are spread is not steady but copied.
COLLAPSED_SHARE = 0.05

NO_VOTES = NotKnown("nobody has scored anything yet")
ONE_RATER = NotKnown("only one rater scored these items, so a rater's bias cannot be told apart")
APART = NotKnown("the raters fall into groups that share no item, so they cannot be compared")
NO_SPREAD = NotKnown("one vote, or votes without residual, show no spread")


@dataclass(frozen=True)
class Projection:
    """Scores ``psi`` with standard error ``se`` by item; ``bias``, ``inconsistency`` by rater.

    ``se`` is sd of the residuals over sqrt(n), as P.910's demonstration has it, and nan where an
    item has one vote or no residual. All in grades. ``collapsed`` names the raters whose votes
    the scores merely repeat; if there are any, do not use these scores.
    """

    items: Labels
    n: Integers
    psi: Floats
    se: Floats
    raters: Labels
    bias: Floats
    inconsistency: Floats
    collapsed: tuple[object, ...]
    rounds: int

    @property
    def warning(self) -> str:
        """What to tell a reader, empty if the fit is sound."""
        if not self.collapsed:
            return ""
        return (
            f"The fit has collapsed onto {len(self.collapsed)} of {self.raters.size} raters: "
            "their inconsistency fell to almost 0 and the scores repeat their votes. "
            "Use the primary score."
        )

    def interval(self, row: int) -> Maybe[Interval]:
        """psi +- 1.96 se of one row."""
        if np.isnan(self.se[row]):
            return NO_SPREAD
        half = Z95 * float(self.se[row])
        return Known(Interval(float(self.psi[row]) - half, float(self.psi[row]) + half))


def alternating_projection(
    raters: npt.ArrayLike, items: npt.ArrayLike, scores: npt.ArrayLike
) -> Maybe[Projection]:
    """Fits three columns of equal length, a vote each; scores in grades of one scale."""
    votes = Votes.of(raters, items, scores)
    if reason := _refusal(votes):
        return reason
    psi = votes.by_item(votes.score) / votes.by_item()
    bias = _bias(votes, psi)
    rounds, moved = 0, np.inf
    while moved >= HAIR and rounds < MAX_ROUNDS:
        before = psi
        weight = 1 / (_inconsistency(votes, psi, bias) ** 2 + HAIR)
        psi = _weighted(votes, weight, bias)
        bias = _bias(votes, psi)
        rounds, moved = rounds + 1, float(np.linalg.norm(psi - before))
    return Known(_result(votes, psi, bias, rounds))


def _refusal(votes: Votes) -> NotKnown | None:
    if votes.score.size == 0:
        return NO_VOTES
    if votes.raters.size == 1:
        return ONE_RATER
    size = votes.raters.size + votes.items.size
    edges = (np.ones(votes.score.size), (votes.rater, votes.item + votes.raters.size))
    groups, _ = connected_components(coo_array(edges, shape=(size, size)), directed=False)
    return APART if groups > 1 else None


def _residuals(votes: Votes, psi: Floats, bias: Floats) -> Floats:
    return np.asarray(votes.score - psi[votes.item] - bias[votes.rater])


def _bias(votes: Votes, psi: Floats) -> Floats:
    return votes.by_rater(votes.score - psi[votes.item]) / votes.by_rater()


def _inconsistency(votes: Votes, psi: Floats, bias: Floats) -> Floats:
    around, n = _residuals(votes, psi, bias), votes.by_rater()
    middle = votes.by_rater(around) / n
    return np.sqrt(votes.by_rater((around - middle[votes.rater]) ** 2) / n)


def _weighted(votes: Votes, weight: Floats, bias: Floats) -> Floats:
    mine = weight[votes.rater]
    return votes.by_item(mine * (votes.score - bias[votes.rater])) / votes.by_item(mine)


def _result(votes: Votes, psi: Floats, bias: Floats, rounds: int) -> Projection:
    spread = _inconsistency(votes, psi, bias)
    limit = COLLAPSED_SHARE * float(votes.score.std())
    shift = float(bias.mean())
    return Projection(
        items=votes.items,
        n=votes.by_item().astype(np.int64),
        psi=psi + shift,
        se=_standard_error(votes, _residuals(votes, psi, bias)),
        raters=votes.raters,
        bias=bias - shift,
        inconsistency=spread,
        collapsed=tuple(votes.raters[spread < limit].tolist()),
        rounds=rounds,
    )


def _standard_error(votes: Votes, around: Floats) -> Floats:
    n = votes.by_item()
    middle = votes.by_item(around) / n
    spread = np.sqrt(votes.by_item((around - middle[votes.item]) ** 2) / n)
    return np.where((n > 1) & (spread > HAIR), spread / np.sqrt(n), np.nan)
