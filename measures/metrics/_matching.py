"""One prediction beside the experts' boxes of its photo: which expert counts, and how near it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.errors import InvalidInput
from measures.boxes.arrays import Floats, as_array, displacement_matrix, iou_matrix
from measures.boxes.box import Box
from measures.boxes.text import Unreadable

Prediction = Box | Sequence[float] | Unreadable | None


@dataclass(frozen=True)
class Reference:
    """What the experts drew on one photo: (k, 4) boxes and (width, height) in the same unit."""

    boxes: Floats
    size: tuple[float, float] = (1.0, 1.0)

    @classmethod
    def of(
        cls,
        boxes: Sequence[Box | Sequence[float]],
        size: tuple[float, float] = (1.0, 1.0),
        *,
        drop_padding: bool = False,
    ) -> Reference:
        """From boxes or pixel corners, which may run past the edge.

        ``drop_padding`` leaves out rows with x1 below 0, which fill up the original FLMS file
        where an expert is missing. `InvalidInput` when nothing is left.
        """
        array = as_array(boxes)
        if drop_padding:
            array = array[array[:, 0] >= 0]
        if not len(array):
            raise InvalidInput("A photo without an expert's box cannot be measured against.")
        return cls(array, size)

    @property
    def whole_photo(self) -> Floats:
        """The whole photo as a box in this unit, shape (1, 4)."""
        return np.array([[0.0, 0.0, *self.size]])


@dataclass(frozen=True, slots=True)
class Match:
    """The nearness of a prediction to the experts.

    ``annotator`` is the row that counted and ``displacement`` the distance to it;
    ``smallest_displacement`` is the distance to the expert whose sides are nearest.
    """

    is_valid: bool
    iou: float
    displacement: float
    smallest_displacement: float
    annotator: int | None = None


def match(prediction: Prediction, reference: Reference) -> Match:
    """The FLMS rule: the largest IoU over the experts, displacement at that expert.

    An invalid prediction has IoU 0 and the smallest displacement of the whole photo.
    """
    box = row_of(prediction)
    if box is None:
        shift = displacement_matrix(reference.whole_photo, reference.boxes, reference.size)
        smallest = float(shift.min())
        return Match(False, 0.0, smallest, smallest)
    iou = iou_matrix(box, reference.boxes)[0]
    shift = displacement_matrix(box, reference.boxes, reference.size)[0]
    chosen = _chosen(iou, shift)
    return Match(True, float(iou[chosen]), float(shift[chosen]), float(shift.min()), chosen)


def row_of(prediction: Prediction) -> Floats | None:
    """A prediction as a (1, 4) row, or None when it is no valid box."""
    if prediction is None or isinstance(prediction, Unreadable):
        return None
    row = as_array([prediction])
    x1, y1, x2, y2 = row[0]
    return row if np.isfinite(row).all() and x2 > x1 and y2 > y1 else None


def _chosen(iou: Floats, shift: Floats) -> int:
    # The exception of the FLMS rule: the expert nearest by displacement wins an exact tie in IoU.
    best, nearest = int(np.argmax(iou)), int(np.argmin(shift))
    return nearest if iou[nearest] == iou[best] else best
