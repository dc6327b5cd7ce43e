"""Circular triads: how often A beats B, B beats C and C beats A, for one rater or a majority.

Source: Kendall and Babington Smith (1940). d = K(K-1)(2K-1)/12 - sum s^2 / 2 in a full
tournament of K crops with s wins each; zeta = 1 - d / (most possible), 1 for a perfect order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from measures.statistics.columns import Floats
from measures.statistics.comparisons import Comparisons
from measures.statistics.known import Known, Maybe, NotKnown

MAX_CROPS = 2000

NO_TRIPLE = NotKnown("no three crops were all compared with each other")
INCOMPLETE = NotKnown("some pairs were not compared or ended level")


@dataclass(frozen=True, slots=True)
class Triads:
    """``circular`` of ``triples`` whose three pairs were all decided; zeta of a full tournament."""

    n_crops: int
    triples: int
    circular: int
    zeta: Maybe[float]

    @property
    def share(self) -> float:
        """Circular triads among the decided triples; a coin gives 1/4."""
        return self.circular / self.triples


def circular_triads(
    left: npt.ArrayLike,
    right: npt.ArrayLike,
    choice: npt.ArrayLike,
    counts: npt.ArrayLike | None = None,
) -> Maybe[Triads]:
    """From pair votes (see `Comparisons.of`) of one rater, or of all for the majority's order.

    A pair goes to who has more votes; a level pair is undecided.
    """
    votes = Comparisons.of(left, right, choice, counts)
    if votes.names.size > MAX_CROPS:
        return NotKnown(f"triads are counted up to {MAX_CROPS} crops")
    beats = _beats(votes)
    decided = beats + beats.T
    triples = round(float((decided @ decided * decided).sum()) / 6)
    if triples == 0:
        return NO_TRIPLE
    circular = round(float((beats @ beats * beats.T).sum()) / 3)
    return Known(Triads(votes.names.size, triples, circular, _zeta(beats, circular)))


def most_circular(crops: int) -> int:
    """The most circular triads that a tournament of ``crops`` can have."""
    cube = crops**3 - (crops if crops % 2 else 4 * crops)
    return cube // 24


def _beats(votes: Comparisons) -> Floats:
    size = votes.names.size
    ahead = np.zeros((size, size))
    np.add.at(ahead, (votes.left, votes.right), votes.left_won - votes.right_won)
    return np.asarray(ahead - ahead.T > 0, dtype=np.float64)


def _zeta(beats: Floats, circular: int) -> Maybe[float]:
    size = len(beats)
    if (beats + beats.T).sum() < size * (size - 1):
        return INCOMPLETE
    return Known(1 - circular / most_circular(size))
