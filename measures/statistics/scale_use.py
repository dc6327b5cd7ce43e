"""How a rater uses the scale: mean, spread, and the share of votes at its ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.errors import InvalidInput
from measures.statistics.columns import finite
from measures.statistics.known import Known, Maybe, NotKnown

NO_VOTES = NotKnown("the rater has scored nothing yet")
ONE_VOTE = NotKnown("one vote shows no spread")


@dataclass(frozen=True, slots=True)
class ScaleUse:
    """In grades; ``counts`` by grade, ascending, grades never given left out."""

    n: int
    mean: float
    sd: Maybe[float]
    share_low: float
    share_high: float
    counts: dict[float, int]


def scale_use(scores: npt.ArrayLike, *, low: float, high: float) -> Maybe[ScaleUse]:
    """One rater's votes on a scale from ``low`` to ``high``."""
    votes = finite(scores)
    if votes.size == 0:
        return NO_VOTES
    if votes.min() < low or votes.max() > high:
        raise InvalidInput(f"A vote lies outside the scale of {low:g} to {high:g}.", field="scores")
    sd: Maybe[float] = Known(float(votes.std(ddof=1))) if votes.size > 1 else ONE_VOTE
    grades, counts = np.unique(votes, return_counts=True)
    return Known(
        ScaleUse(
            n=votes.size,
            mean=float(votes.mean()),
            sd=sd,
            share_low=float((votes == low).mean()),
            share_high=float((votes == high).mean()),
            counts=dict(zip(grades.tolist(), counts.tolist(), strict=True)),
        )
    )
