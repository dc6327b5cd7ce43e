"""Seed boxes without a grounding model: the crop of a grid that makes the right answer likeliest.

CropVLM speaks of all crops of a 5 x 5 grid. ``cells`` reads that as the N x N cells, which is what
the noise of up to one cell's side fits; ``rectangles`` is the wider reading, every rectangle whose
four edges lie on grid lines: (N (N + 1) / 2) squared of them, the whole photo among them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

import numpy as np

from core.errors import InvalidInput
from measures.boxes.box import Box

GRID = 5
MOST = 12


def cells(grid: int = GRID) -> list[Box]:
    """The N x N cells, row by row."""
    lines = _lines(grid)
    return [
        Box(lines[column], lines[row], lines[column + 1], lines[row + 1])
        for row in range(grid)
        for column in range(grid)
    ]


def rectangles(grid: int = GRID) -> list[Box]:
    """Every rectangle between grid lines: by upper and lower edge, then left and right."""
    lines = _lines(grid)
    spans = list(combinations(range(grid + 1), 2))
    return [
        Box(lines[left], lines[top], lines[right], lines[bottom])
        for top, bottom in spans
        for left, right in spans
    ]


def best_place(log_likelihoods: Sequence[float]) -> int:
    """The place of the highest log-likelihood, of equal ones the first.

    `InvalidInput` when there is none, or one is no log-likelihood (not a number, or above 0).
    """
    if not log_likelihoods:
        raise InvalidInput("There is no crop to choose from.", field="log_likelihoods")
    if any(math.isnan(each) or each > 0 for each in log_likelihoods):
        raise InvalidInput("A log-likelihood is a number up to 0.", field="log_likelihoods")
    return max(range(len(log_likelihoods)), key=lambda place: log_likelihoods[place])


def with_noise(box: Box, *, grid: int = GRID, seed: int) -> Box:
    """The box pushed outward at each edge by a length of its own, uniform from 0 to a cell's side,
    clipped to the photo. The same seed gives the same box."""
    _check_grid(grid)
    left, top, right, bottom = np.random.default_rng(seed).uniform(0.0, 1.0 / grid, 4).tolist()
    return Box.clipped(box.x1 - left, box.y1 - top, box.x2 + right, box.y2 + bottom)


def _lines(grid: int) -> list[float]:
    _check_grid(grid)
    return [line / grid for line in range(grid + 1)]


def _check_grid(grid: int) -> None:
    if not 1 <= grid <= MOST:
        raise InvalidInput(f"A grid has 1 to {MOST} cells a side.", field="grid")
