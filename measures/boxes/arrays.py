"""Many boxes at once, as float arrays of shape (n, 4) with corners x1 y1 x2 y2.

Units are free (pixels or shares) as long as both sides agree; boxes may run past the photo's
edge, as some published annotations do. Nothing here clips or corrects.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from core.errors import InvalidInput
from measures.boxes.box import Box

Floats = npt.NDArray[np.float64]


_EMPTY: Floats = np.empty((0, 4))
_FOUR = "Boxes are rows of four numbers: x1, y1, x2, y2."


def as_array(boxes: Sequence[Box | Sequence[float]] | Sequence[Box] | Floats) -> Floats:
    """A (n, 4) float array from boxes, lists of four numbers or an array."""
    if isinstance(boxes, Sequence):
        rows = [box.corners() if isinstance(box, Box) else box for box in boxes]
        if any(len(row) != 4 for row in rows):
            raise InvalidInput(_FOUR, field="boxes")
        array = np.asarray(rows, dtype=np.float64) if rows else _EMPTY
    else:
        array = np.asarray(boxes, dtype=np.float64)
    if array.ndim != 2 or array.shape[1] != 4:
        raise InvalidInput(_FOUR, field="boxes")
    return array


def areas(boxes: Floats) -> Floats:
    """Areas, shape (n,)."""
    return (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])


def iou_matrix(first: Floats, second: Floats) -> Floats:
    """IoU of every pair, shape (n, m)."""
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    high = np.minimum(first[:, None, 2:], second[None, :, 2:])
    shared = np.prod(np.clip(high - low, 0, None), axis=2)
    union = areas(first)[:, None] + areas(second)[None, :] - shared
    return _ratio(shared, union)


def iou_pairs(first: Floats, second: Floats) -> Floats:
    """IoU of row k with row k, shape (n,)."""
    low = np.maximum(first[:, :2], second[:, :2])
    high = np.minimum(first[:, 2:], second[:, 2:])
    shared = np.prod(np.clip(high - low, 0, None), axis=1)
    union = areas(first) + areas(second) - shared
    return _ratio(shared, union)


def displacement_matrix(first: Floats, second: Floats, size: tuple[float, float]) -> Floats:
    """Mean shift of the four sides, each as a share of width or height: shape (n, m).

    ``size`` is (width, height) in the boxes' unit, (1, 1) for normalised boxes. This is the
    boundary displacement error of the cropping papers.
    """
    scale = np.array([size[0], size[1], size[0], size[1]], dtype=np.float64)
    shift: Floats = np.abs(first[:, None, :] - second[None, :, :]) / scale
    return np.asarray(shift.sum(axis=2) / 4, dtype=np.float64)


def _ratio(shared: Floats, union: Floats) -> Floats:
    # Boxes without area share nothing, not even with themselves.
    ratio: Floats = np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)
    return ratio
