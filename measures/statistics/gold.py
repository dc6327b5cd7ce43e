"""Gold items: does a rater reproduce scores that are settled.

A vote passes within one grade of the settled score (the default of Microsoft's P.910 crowd
toolkit). Nothing is concluded below eight gold items; the share's interval is Wilson's.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from core.errors import InvalidInput
from measures.statistics.columns import finite
from measures.statistics.known import Known, Maybe, NotKnown
from measures.statistics.proportion import Proportion, proportion

MIN_GOLD = 8
TOLERANCE_GRADES = 1.0
REQUIRED = 0.7

NO_GOLD = NotKnown("the rater has answered no gold item yet")


class GoldVerdict(StrEnum):
    """What the interval says about the required share of passes."""

    PASSES = "passes"
    FAILS = "fails"
    OPEN = "open"  # the required share lies inside the interval
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class GoldReport:
    """``passed`` with its interval; ``mean_error`` in grades, positive where the rater is mild."""

    passed: Proportion
    mean_error: float
    required: float

    @property
    def verdict(self) -> GoldVerdict:
        """Fails only if even the interval's upper end lies below the required share."""
        if self.passed.n < MIN_GOLD:
            return GoldVerdict.TOO_FEW
        if self.passed.interval.high < self.required:
            return GoldVerdict.FAILS
        is_sure = self.passed.interval.low >= self.required
        return GoldVerdict.PASSES if is_sure else GoldVerdict.OPEN


def gold_report(
    scores: npt.ArrayLike,
    settled: npt.ArrayLike,
    *,
    tolerance: float = TOLERANCE_GRADES,
    required: float = REQUIRED,
) -> Maybe[GoldReport]:
    """One rater's votes on gold items and the settled scores: two columns of equal length."""
    given, true = finite(scores), finite(settled)
    if given.shape != true.shape:
        raise InvalidInput("Votes and settled scores are two columns of equal length.")
    if given.size == 0:
        return NO_GOLD
    error = given - true
    share = proportion(int((np.abs(error) <= tolerance + 1e-9).sum()), given.size)
    if isinstance(share, NotKnown):
        return share
    return Known(GoldReport(share.value, float(error.mean()), required))
