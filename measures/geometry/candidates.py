"""Candidate crops: GAICD's grid of anchors, seeded random boxes, and a diverse selection."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np

from core.errors import InvalidInput
from measures.boxes.arrays import as_array, iou_matrix
from measures.boxes.box import Box

GRID = 12
MIN_SHARE = 0.4999
# GAICD's code says 0.5 to 2.0; its published crops need 2.2.
MIN_ASPECT, MAX_ASPECT = 0.5, 2.2
_STARTS, _ENDS = range(4), range(8, 12)
_ATTEMPTS = 200


def grid_crops(photo_aspect: float, *, max_aspect: float = MAX_ASPECT) -> list[Box]:
    """GAICD's anchors on a photo of this width over height: up to 90 boxes, in a fixed order.

    Corners sit at the middles of a 12 x 12 grid's outer cells, the upper left in the first four
    and the lower right in the last four each way; a box spans more than 0.4999 of the grid's
    cells and its width over height in pixels lies strictly between 0.5 and ``max_aspect``.
    """
    if not photo_aspect > 0:
        raise InvalidInput("A photo's aspect is a number above 0.", field="photo_aspect")
    boxes = []
    for top, left, bottom, right in product(_STARTS, _STARTS, _ENDS, _ENDS):
        columns, rows = right - left, bottom - top
        is_large = columns * rows > MIN_SHARE * GRID * GRID
        if is_large and MIN_ASPECT < photo_aspect * columns / rows < max_aspect:
            boxes.append(Box(*((cell + 0.5) / GRID for cell in (left, top, right, bottom))))
    return boxes


def random_crops(
    count: int,
    *,
    seed: int,
    min_side: float = 0.2,
    max_side: float = 0.9,
    avoid: Box | None = None,
    max_iou: float = 1.0,
) -> list[Box]:
    """Boxes with sides and places drawn evenly: the same seed gives the same boxes.

    With ``avoid``, no box overlaps it by more than ``max_iou``; fewer than ``count`` come back
    when the photo has no room for them.
    """
    if not 0 < min_side <= max_side <= 1:
        raise InvalidInput("The sides of random crops lie between 0 and 1.", field="min_side")
    rng = np.random.default_rng(seed)
    boxes: list[Box] = []
    for _ in range(count * _ATTEMPTS):
        if len(boxes) == count:
            break
        width, height = rng.uniform(min_side, max_side, 2)
        x1, y1 = rng.uniform(0, 1 - width), rng.uniform(0, 1 - height)
        box = Box(float(x1), float(y1), float(x1 + width), float(y1 + height))
        if avoid is None or box.iou(avoid) <= max_iou:
            boxes.append(box)
    return boxes


def diverse(boxes: Sequence[Box], max_iou: float, limit: int | None = None) -> list[int]:
    """Positions of boxes that differ visibly, best first: each is kept if its IoU with every
    kept one is at most ``max_iou``, until ``limit`` are kept. Give the boxes best first."""
    array = as_array(boxes)
    overlap = iou_matrix(array, array)
    kept: list[int] = []
    for position in range(len(boxes)):
        if limit is not None and len(kept) >= limit:
            break
        if not kept or overlap[position, kept].max() <= max_iou:
            kept.append(position)
    return kept
