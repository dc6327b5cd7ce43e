"""Exposure, contrast and clipping."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inference.looking.pixels import Grid, Pixels, rounded

# Encoded values below and above which nothing can be told apart on a screen.
BLACK = 6 / 255
WHITE = 249 / 255


@dataclass(frozen=True)
class LightFacts:
    """All in [0, 1] of encoded brightness.

    ``median``; ``contrast`` is the span from the 5th to the 95th percentile; ``blocked`` and
    ``blown`` are shares of the area that are pure black or white; ``separation`` is how much
    brighter (positive) or darker the subject is than what surrounds it.
    """

    median: float
    contrast: float
    blocked: float
    blown: float
    separation: float


def measure_light(pixels: Pixels, mask: Grid) -> LightFacts:
    """``mask`` is True on the subject."""
    luma = pixels.luma
    low, median, high = np.percentile(luma, [5, 50, 95])
    inside, outside = luma[mask], luma[~mask]
    apart = inside.mean() - outside.mean() if inside.size and outside.size else 0.0
    return LightFacts(
        median=rounded(median),
        contrast=rounded(high - low),
        blocked=rounded((luma <= BLACK).mean()),
        blown=rounded((luma >= WHITE).mean()),
        separation=rounded(apart),
    )
