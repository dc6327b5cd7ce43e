"""How alike the boxes of several experts on one photo are, and a box that stands for them.

IoU of continuous boxes; BDE is the mean shift of the four edges, each as a share of the photo's
width or height. Many good crops exist, so a low IoU is not always an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from measures.boxes.arrays import as_array, iou_pairs
from measures.boxes.box import Box
from measures.statistics.known import Known, Maybe, NotKnown

CLOSE = 0.75
VERY_CLOSE = 0.9

ONE_BOX = NotKnown("it takes the boxes of two raters")


@dataclass(frozen=True, slots=True)
class BoxAgreement:
    """Over all pairs of raters; the shares are of pairs with IoU of at least 0.75 and 0.9."""

    n: int
    mean_iou: float
    least_iou: float
    mean_bde: float
    share_close: float
    share_very_close: float
    consensus: tuple[float, float, float, float]


def box_agreement(boxes: Sequence[Box | Sequence[float]]) -> Maybe[BoxAgreement]:
    """From one normalised box a rater. The consensus takes the median of each edge."""
    array = as_array(boxes)
    if len(array) < 2:
        return ONE_BOX
    first, second = np.triu_indices(len(array), 1)
    iou = iou_pairs(array[first], array[second])
    shift = np.abs(array[first] - array[second]).mean(axis=1)
    x1, y1, x2, y2 = np.median(array, axis=0).tolist()
    return Known(
        BoxAgreement(
            n=len(array),
            mean_iou=float(iou.mean()),
            least_iou=float(iou.min()),
            mean_bde=float(shift.mean()),
            share_close=float((iou >= CLOSE).mean()),
            share_very_close=float((iou >= VERY_CLOSE).mean()),
            consensus=(x1, y1, x2, y2),
        )
    )
