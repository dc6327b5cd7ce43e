"""Where the eye goes: a map of visual weight from centre-surround contrast.

After the idea of Itti, Koch and Niebur (1998): a place draws the eye when its brightness or colour
differs from its surroundings, at several sizes. No training, no faces: a rough map, good enough to
place crops and to say where the subject probably is.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from inference.looking.pixels import Grid, Pixels

# Centre and surround of the contrasts, as shares of the longest side.
SCALES = ((0.008, 0.06), (0.02, 0.12), (0.045, 0.25))
# How much less a corner weighs than the middle: people aim the camera at what they mean.
CENTRE_PRIOR = 0.45


def weigh(pixels: Pixels) -> Grid:
    """The weight map (h, w), not negative, sum 1."""
    total = np.zeros_like(pixels.luma)
    for channel in _channels(pixels):
        for centre, surround in SCALES:
            total += _promoted(_contrast(channel, centre, surround))
    total *= _prior(total.shape)
    total = np.maximum(total - np.percentile(total, 30), 0) ** 1.5
    if total.sum() <= 1e-9:
        total = _prior(total.shape)
    return np.asarray(total / total.sum())


def _channels(pixels: Pixels) -> list[Grid]:
    red, green, blue = (pixels.rgb[..., channel] for channel in range(3))
    return [pixels.luma, 0.8 * (red - green), 0.8 * (blue - (red + green) / 2)]


def _contrast(channel: Grid, centre: float, surround: float) -> Grid:
    side = max(channel.shape)
    near = ndimage.gaussian_filter(channel, centre * side, mode="nearest")
    far = ndimage.gaussian_filter(channel, surround * side, mode="nearest", truncate=2.0)
    return np.asarray(np.abs(near - far))


def _promoted(contrast: Grid) -> Grid:
    """A map with one strong place counts more than a map that is busy all over."""
    peak = contrast.max()
    if peak < 0.02:
        return np.zeros_like(contrast)
    return np.asarray(contrast * (1 - contrast.mean() / peak) ** 2)


def _prior(shape: tuple[int, ...]) -> Grid:
    rows = np.linspace(-1, 1, shape[0])[:, None]
    columns = np.linspace(-1, 1, shape[1])[None, :]
    return np.asarray(1 - CENTRE_PRIOR * (rows**2 + columns**2) / 2)
