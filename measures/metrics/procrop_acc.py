"""ProCrop's accuracy: does one of the first N boxes meet the single best rated crop?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from measures.metrics import Placement, PlacementMetric, Value
from measures.metrics._accuracy import descending
from measures.metrics._tolerance import overlaps
from measures.statistics.known import NotKnown

COUNTS = (1, 5, 10)
TOLERANCES = (0.85, 0.9, 0.95)


class ProCropAcc(PlacementMetric):
    """N counts predictions here, not rated crops."""

    name = "procrop_acc"
    title = "ProCrop ACC, one box at IoU 0.90"
    better = "higher"
    is_usual = False
    about = (
        "ProCrop's code: share of photos where one of a model's first N boxes has IoU of at least "
        "0.85, 0.90 or 0.95 with the single best rated crop (the first of equals). N counts the "
        "model's boxes, so it is another question than GAICD's ACC 1/N. Invalid answers miss."
    )

    def value_of(self, case: Placement, /) -> Value:
        """1 when the first box meets the best crop at 0.90, 0 otherwise."""
        return _hit(case, 1, 0.9)

    def parts_of(self, case: Placement, /) -> Mapping[str, Value]:
        """One figure for each N and each tolerance."""
        return {
            f"{count} at {tolerance:.2f}": _hit(case, count, tolerance)
            for count in COUNTS
            for tolerance in TOLERANCES
        }


def _hit(case: Placement, count: int, tolerance: float) -> Value:
    if len(case.predictions) < count:
        return NotKnown(f"the model gave fewer than {count} boxes for the photo")
    best = case.candidates[descending(case.mos)[:1]]
    iou = [overlaps(box, best)[0] for box in case.predictions[:count]]
    return float(np.max(iou) >= tolerance)
