"""How sharp the finest details are, and whether the subject holds them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from inference.looking.pixels import Grid, Pixels, rounded


@dataclass(frozen=True)
class SharpnessFacts:
    """``finest``: the steepest edges of the 768 px copy against the steepest ones after a blur of
    2 px, [0, 1]; near 0 every edge is already soft, above 0.5 edges are crisp. ``on_subject``:
    fine detail per area on the subject over that of the rest, 1 when equal."""

    finest: float
    on_subject: float


def measure_sharpness(pixels: Pixels, mask: Grid) -> SharpnessFacts:
    """``mask`` is True on the subject."""
    steep = ndimage.gaussian_gradient_magnitude(pixels.fine, 0.7)
    soft = ndimage.gaussian_gradient_magnitude(pixels.fine, 2.5)
    sharpest, blurred = np.percentile(steep, 99.5), np.percentile(soft, 99.5)
    finest = 1 - blurred / sharpest if sharpest > 0.01 else 0.0
    detail = np.abs(pixels.luma - ndimage.gaussian_filter(pixels.luma, 1.0))
    inside = detail[mask].mean() if mask.any() else 0.0
    outside = detail[~mask].mean() if (~mask).any() else 0.0
    ratio = inside / outside if outside > 1e-4 else 1.0
    return SharpnessFacts(finest=rounded(np.clip(finest, 0, 1)), on_subject=rounded(min(ratio, 20)))
