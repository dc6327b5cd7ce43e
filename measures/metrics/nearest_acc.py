"""ACC 1/5 and 1/10 of a free box, through the rated crop that is nearest."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from measures.metrics import Placement, PlacementMetric, Value
from measures.metrics._tolerance import TOPS, overlaps, tied_best, too_few


class NearestAcc(PlacementMetric):
    """The free box is read as the rated crop it overlaps most, then counted exactly."""

    name = "nearest_acc"
    title = "ACC 1/5 of the nearest crop"
    better = "higher"
    about = (
        "The first box stands for the rated crop with the largest IoU (the first of equals); the "
        "figure is then GAICD's exact ACC 1/5 and 1/10, ties counting. A box that overlaps no "
        "rated crop, or an invalid answer, is a miss."
    )

    def value_of(self, case: Placement, /) -> Value:
        """1 when the nearest crop is among the five best, 0 otherwise."""
        return self._hit(case, TOPS[0])

    def parts_of(self, case: Placement, /) -> Mapping[str, Value]:
        """Figures for the 5 and the 10 best crops."""
        return {f"1/{top}": self._hit(case, top) for top in TOPS}

    def _hit(self, case: Placement, top: int) -> Value:
        if case.mos.size < top:
            return too_few(top)
        iou = overlaps(case.predictions[0], case.candidates)
        nearest = int(np.argmax(iou))
        return float(iou[nearest] > 0 and nearest in tied_best(case.mos, top))
