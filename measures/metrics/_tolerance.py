"""A free box counts as a rated crop when it overlaps it enough."""

from __future__ import annotations

from abc import ABC
from collections.abc import Mapping
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from measures.boxes.arrays import iou_matrix
from measures.metrics import Placement, PlacementMetric, Value
from measures.metrics._accuracy import descending
from measures.statistics.known import NotKnown
from measures.statistics.ranks import TOLERANCE

TOPS = (5, 10)

Floats = npt.NDArray[np.float64]


class TolerantAccuracy(PlacementMetric, ABC):
    """Does the first box overlap one of people's N best crops by ``epsilon`` or more?"""

    epsilon: ClassVar[float]
    better = "higher"

    def value_of(self, case: Placement, /) -> Value:
        """1 for a hit among exactly the five best crops, 0 for a miss."""
        return self._hit(case, TOPS[0], with_ties=False)

    def parts_of(self, case: Placement, /) -> Mapping[str, Value]:
        """Figures for the 5 and the 10 best crops, without and with crops tied with the last."""
        exact = {f"1/{top}": self._hit(case, top, with_ties=False) for top in TOPS}
        tied = {f"1/{top} with ties": self._hit(case, top, with_ties=True) for top in TOPS}
        return exact | tied

    def _hit(self, case: Placement, top: int, *, with_ties: bool) -> Value:
        if case.mos.size < top:
            return too_few(top)
        best = tied_best(case.mos, top) if with_ties else descending(case.mos)[:top]
        return float((overlaps(case.predictions[0], case.candidates[best]) >= self.epsilon).any())


def overlaps(box: Floats | None, crops: Floats) -> Floats:
    """IoU of one box with each crop, shape (k,); an invalid box overlaps nothing."""
    if box is None:
        return np.zeros(len(crops))
    return np.asarray(iou_matrix(box[None, :], crops)[0], dtype=np.float64)


def tied_best(mos: Floats, top: int) -> npt.NDArray[np.intp]:
    """Positions of all crops rated at least as high as the ``top``-th best."""
    return np.flatnonzero(mos >= np.sort(mos)[-top] - TOLERANCE)


def too_few(top: int) -> NotKnown:
    """Why a figure over the ``top`` best crops is not known."""
    return NotKnown(f"fewer than {top} crops of the photo are rated")
