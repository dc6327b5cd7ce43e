"""Straight-lining: the same grade again and again, whatever the photo.

Source of the limit: Microsoft's P.910 crowd toolkit drops sessions whose scores vary by less than
0.15 squared grades on a scale of 1 to 5; other scales take the same share of their squared range.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.errors import InvalidInput
from measures.statistics.columns import finite
from measures.statistics.known import Known, Maybe, NotKnown

MIN_VOTES = 10
LEAST_VARIANCE = 0.15 / 16  # of the squared range

FEW_VOTES = NotKnown(f"fewer than {MIN_VOTES} votes in the session")


@dataclass(frozen=True, slots=True)
class StraightLining:
    """One session: ``longest_run`` of equal votes, ``entropy`` in bits, ``modal_share`` of the
    commonest grade, population ``variance`` in squared grades."""

    n: int
    longest_run: int
    entropy: float
    modal_share: float
    variance: float
    is_suspect: bool


def straight_lining(scores: npt.ArrayLike, *, low: float, high: float) -> Maybe[StraightLining]:
    """One rater's votes of one session in the order given; ``low`` and ``high`` end the scale."""
    if not high > low:
        raise InvalidInput("A scale's top must lie above its bottom.", field="scale")
    votes = finite(scores)
    if votes.size < MIN_VOTES:
        return FEW_VOTES
    _, counts = np.unique(votes, return_counts=True)
    share = counts / votes.size
    changes = np.flatnonzero(np.diff(votes)) + 1
    runs = np.diff(np.concatenate([[0], changes, [votes.size]]))
    variance = float(votes.var())
    return Known(
        StraightLining(
            n=votes.size,
            longest_run=int(runs.max()),
            entropy=abs(float(share @ np.log2(share))),
            modal_share=float(share.max()),
            variance=variance,
            is_suspect=variance < LEAST_VARIANCE * (high - low) ** 2,
        )
    )
