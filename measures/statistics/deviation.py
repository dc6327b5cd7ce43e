"""The leave-one-out rule: a score is flagged that lies too far from the mean of the others.

Source: AesGuide (Venus), strictly more than 3 on a 1-10 scale. Other scales take the same share
of their range, 3/9. A flag asks for a second look; it never removes a score.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from core.errors import InvalidInput

# "Strictly more than": what floating point adds to an exact 3 must not flag.
TOLERANCE = 1e-9
SHARE_OF_RANGE = 3 / 9

Rater = TypeVar("Rater", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Deviation:
    """One rater's distance from the mean of the others on one item."""

    score: float
    mean_of_others: float
    is_flagged: bool

    @property
    def distance(self) -> float:
        """How far the score lies from the mean of the others, never negative."""
        return abs(self.score - self.mean_of_others)


@dataclass(frozen=True, slots=True)
class DeviationReport(Generic[Rater]):
    """All raters of one item. Empty for fewer than two: there are no others to differ from.

    ``is_split``: flags stand on both sides of the mean and on at least half of the raters, so the
    panel is of two minds and no single rater is the odd one out.
    """

    deviations: Mapping[Rater, Deviation]
    threshold: float
    is_split: bool

    @property
    def flagged(self) -> list[Rater]:
        """The raters whose scores are flagged, in the given order."""
        return [rater for rater, found in self.deviations.items() if found.is_flagged]


def threshold_for(low: float, high: float) -> float:
    """The flagging distance of a scale from ``low`` to ``high``: 3 on 1-10, 1.33 on 1-5."""
    if not (math.isfinite(low) and math.isfinite(high) and high > low):
        raise InvalidInput("A scale's top must lie above its bottom.", field="scale")
    return (high - low) * SHARE_OF_RANGE


def deviations(scores: Mapping[Rater, float], threshold: float) -> DeviationReport[Rater]:
    """The rule applied to one item: ``scores`` by rater, ``threshold`` from `threshold_for`."""
    total, count = math.fsum(scores.values()), len(scores)
    if count < 2:
        return DeviationReport({}, threshold, is_split=False)
    found = {
        rater: _deviation(score, (total - score) / (count - 1), threshold)
        for rater, score in scores.items()
    }
    return DeviationReport(found, threshold, _is_split(list(found.values())))


def flagged_votes(
    items: npt.ArrayLike, scores: npt.ArrayLike, threshold: float
) -> npt.NDArray[np.bool_]:
    """The rule over many items at once: a column of items and one of scores, a vote each;
    True where the vote is flagged. An item with one vote is never flagged."""
    score = np.asarray(scores, dtype=np.float64)
    names, at = np.unique(np.asarray(items), return_inverse=True)
    n = np.bincount(at, minlength=names.size)[at]
    total = np.bincount(at, weights=score, minlength=names.size)[at]
    others = (total - score) / np.maximum(n - 1, 1)
    return np.asarray((n > 1) & (np.abs(score - others) > threshold + TOLERANCE))


def _deviation(score: float, others: float, threshold: float) -> Deviation:
    return Deviation(score, others, abs(score - others) > threshold + TOLERANCE)


def _is_split(found: list[Deviation]) -> bool:
    flagged = [each for each in found if each.is_flagged]
    above = any(each.score > each.mean_of_others for each in flagged)
    below = any(each.score < each.mean_of_others for each in flagged)
    return above and below and 2 * len(flagged) >= len(found)
