"""Saturation and colour cast."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inference.looking.pixels import Grid, Pixels, rounded


@dataclass(frozen=True)
class ColourFacts:
    """``colourfulness`` after Hasler and Suesstrunk (2003), in units of 1/255 (0 grey, above 60
    strong). ``warmth`` is red minus blue and ``magenta`` is the mean of red and blue minus green,
    both averaged over the least saturated half of the mid-tones, [-1, 1]: a cast shows where
    things should be neutral. ``is_grey`` marks a black-and-white picture, toned ones included."""

    colourfulness: float
    warmth: float
    magenta: float
    is_grey: bool


def measure_colour(pixels: Pixels) -> ColourFacts:
    """Of the whole picture."""
    red, green, blue = (pixels.rgb[..., channel] for channel in range(3))
    first, second = red - green, (red + green) / 2 - blue
    spread = np.hypot(first.std(), second.std())
    strength = 255 * (spread + 0.3 * np.hypot(first.mean(), second.mean()))
    chroma = pixels.rgb.max(axis=-1) - pixels.rgb.min(axis=-1)
    middle = (pixels.luma > 0.2) & (pixels.luma < 0.9)
    if not middle.any():
        middle = np.ones_like(middle)
    neutral = middle & (chroma <= np.median(chroma[middle]))
    return ColourFacts(
        colourfulness=rounded(strength, 2),
        warmth=rounded((red - blue)[neutral].mean()),
        magenta=rounded(((red + blue) / 2 - green)[neutral].mean()),
        is_grey=max(_own_spread(first, pixels), _own_spread(second, pixels)) < 0.012,
    )


def _own_spread(difference: Grid, pixels: Pixels) -> float:
    """How much a colour difference varies beyond what follows from brightness: none in a picture
    of one tone."""
    luma = pixels.luma.ravel()
    shape = np.stack([np.ones_like(luma), luma, luma**2, luma**3], axis=1)
    fit, *_ = np.linalg.lstsq(shape, difference.ravel(), rcond=None)
    return float((difference.ravel() - shape @ fit).std())
