"""Where the edges of a photo are and which way they run: what lines are found from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from inference.looking.pixels import Grid, Pixels

NOISE = 0.15  # of the clearest edges


@dataclass(frozen=True)
class Edges:
    """``strong`` (h, w) is the edge strength where it is among the highest fifth, else 0.
    ``direction`` is that of the line itself in degrees, [-90, 90): 0 is level, positive falls to
    the right."""

    strong: Grid
    direction: Grid

    @property
    def clear(self) -> Grid:
        """``strong`` without the edges of noise: what is far weaker than the clearest ones."""
        if self.is_empty:
            return self.strong
        clearest = np.percentile(self.strong[self.strong > 0], 98)
        return np.asarray(np.where(self.strong >= NOISE * clearest, self.strong, 0))

    @property
    def is_empty(self) -> bool:
        """Whether the picture is even."""
        return bool(self.strong.sum() <= 1e-6)


def find_edges(pixels: Pixels) -> Edges:
    """Of the small picture, from Gaussian derivatives."""
    down = ndimage.gaussian_filter(pixels.luma, 1.5, order=(1, 0), mode="nearest")
    across = ndimage.gaussian_filter(pixels.luma, 1.5, order=(0, 1), mode="nearest")
    strength = np.hypot(down, across)
    strong = np.where(strength >= np.percentile(strength, 80), strength, 0)
    direction = (np.degrees(np.arctan2(down, across)) + 180) % 180 - 90
    return Edges(strong, direction)
