"""GAICD's ACC_K/N and weighted ACC_K/N: are a model's first K crops among people's first N?

Equal scores keep the order in which the crops are given, as the sorting of the published script
does; this concerns the predicted order and, in the weighted figure, the places of crops with equal
opinion scores.
"""

from __future__ import annotations

from abc import ABC
from collections.abc import Mapping
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from measures.metrics import Ranking, RankingMetric, Value
from measures.statistics.known import NotKnown
from measures.statistics.ranks import TOLERANCE

MOST_RETURNED = 4

Integers = npt.NDArray[np.intp]


class Accuracy(RankingMetric, ABC):
    """Mean over K = 1 to 4 of the share of the first K crops that people rank in the first N."""

    top: ClassVar[int]
    better = "higher"

    def value_of(self, case: Ranking, /) -> Value:
        """Mean over K, 0 to 1."""
        figures = self._figures(case)
        return figures if isinstance(figures, NotKnown) else float(np.mean(figures))

    def parts_of(self, case: Ranking, /) -> Mapping[str, Value]:
        """One figure for each K, titled "K/N"."""
        figures = self._figures(case)
        titles = [f"{returned}/{self.top}" for returned in range(1, MOST_RETURNED + 1)]
        if isinstance(figures, NotKnown):
            return dict.fromkeys(titles, figures)
        return dict(zip(titles, figures, strict=True))

    def _figures(self, case: Ranking) -> list[float] | NotKnown:
        if case.mos.size < self.top:
            return NotKnown(f"fewer than {self.top} crops of the photo are rated")
        returned = descending(case.scores)[:MOST_RETURNED]
        return [self.share(case, returned[:count]) for count in range(1, MOST_RETURNED + 1)]

    def share(self, case: Ranking, returned: Integers) -> float:
        """How many of the returned crops are as good as the N-th best; ties count."""
        limit = np.sort(case.mos)[-self.top]
        return float(np.mean(case.mos[returned] >= limit - TOLERANCE))


class WeightedAccuracy(Accuracy, ABC):
    """As ACC, a hit counting less the further its place is from where it was returned."""

    decay: ClassVar[float]

    def share(self, case: Ranking, returned: Integers) -> float:
        """Sum of exp(-decay (r_j - j)) over the hits' sorted places r_j from 0, over K."""
        place = np.empty(case.mos.size, dtype=np.intp)
        place[descending(case.mos)] = np.arange(case.mos.size)
        found = np.sort(place[returned])
        weight = np.exp(-self.decay * (found - np.arange(found.size)))
        return float(np.sum(weight[found < self.top]) / found.size)


def descending(scores: npt.NDArray[np.float64]) -> Integers:
    """Positions from the highest score to the lowest, equal ones in the given order."""
    return np.argsort(-scores, kind="stable")
