"""Symmetry and the balance of visual weight."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from inference.looking.pixels import Grid, Pixels, rounded


@dataclass(frozen=True)
class BalanceFacts:
    """``mirror_sideways`` and ``mirror_updown``: correlation of the picture with its mirror image,
    [-1, 1], 1 is perfect symmetry. ``lean_right`` and ``lean_down``: where the visual weight's
    centre lies from the middle, [-1, 1], 0 is balanced."""

    mirror_sideways: float
    mirror_updown: float
    lean_right: float
    lean_down: float


def measure_balance(pixels: Pixels, weight: Grid) -> BalanceFacts:
    """``weight`` is the weight map, sum 1."""
    smooth = ndimage.gaussian_filter(pixels.luma, 0.012 * max(pixels.luma.shape))
    rows = np.linspace(-1, 1, weight.shape[0])
    columns = np.linspace(-1, 1, weight.shape[1])
    return BalanceFacts(
        mirror_sideways=_symmetry(smooth),
        mirror_updown=_symmetry(smooth.T),
        lean_right=rounded((weight.sum(axis=0) * columns).sum()),
        lean_down=rounded((weight.sum(axis=1) * rows).sum()),
    )


def _symmetry(grid: Grid) -> float:
    """Pearson's correlation of the picture with its mirror image, each row taken from its own
    mean: bands of sky and ground alone are no symmetry. 0 for an even picture."""
    first = grid - grid.mean(axis=1, keepdims=True)
    scale = (first**2).sum()
    return rounded((first * first[:, ::-1]).sum() / scale) if scale > 1e-6 * grid.size else 0.0
