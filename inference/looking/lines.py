"""Tilt, horizon and leading lines, from the directions of edges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from inference.looking.edges import find_edges
from inference.looking.pixels import Grid, Pixels, rounded

BIN_DEGREES = 0.5
MAX_TILT = 12.0


@dataclass(frozen=True)
class LineFacts:
    """``tilt`` in degrees, positive when the right side hangs lower, 0 when nothing level is
    found; ``tilt_confidence`` [0, 1]. ``horizon``: height of the strongest level edge, fraction
    from the top, None without one. ``level``, ``upright`` and ``diagonal``: shares of edge
    strength along those directions (within 12 degrees; the diagonals within 20), sum <= 1."""

    tilt: float
    tilt_confidence: float
    horizon: float | None
    level: float
    upright: float
    diagonal: float


def measure_lines(pixels: Pixels) -> LineFacts:
    """Of the whole picture."""
    edges = find_edges(pixels)
    if edges.is_empty:
        return LineFacts(0.0, 0.0, None, 0.0, 0.0, 0.0)
    strong, direction = edges.strong, edges.direction
    level = np.abs(direction) <= MAX_TILT
    tilt, confidence = _peak(direction, strong, level)
    total = strong.sum()
    steepness = np.abs(direction)
    return LineFacts(
        tilt=rounded(tilt, 1),
        tilt_confidence=rounded(confidence),
        horizon=_horizon(np.where(level, strong, 0)),
        level=rounded(strong[level].sum() / total),
        upright=rounded(strong[steepness >= 90 - MAX_TILT].sum() / total),
        diagonal=rounded(strong[np.abs(steepness - 45) <= 20].sum() / total),
    )


def _peak(direction: Grid, strong: Grid, level: Grid) -> tuple[float, float]:
    """The commonest nearly level direction and how far it stands out from an even spread."""
    edges = np.arange(-MAX_TILT, MAX_TILT + BIN_DEGREES, BIN_DEGREES)
    counts, _ = np.histogram(direction[level], bins=edges, weights=strong[level])
    if counts.sum() < 0.08 * strong.sum():
        return 0.0, 0.0
    smooth = ndimage.gaussian_filter1d(counts, 1.2)
    best = int(np.argmax(smooth))
    near = slice(max(0, best - 2), best + 3)
    centres = (edges[:-1] + edges[1:]) / 2
    tilt = float((centres[near] * smooth[near]).sum() / smooth[near].sum())
    share = smooth[near].sum() / smooth.sum()
    even = 5 / len(counts)
    return tilt, float(np.clip((share - even) / (0.7 - even), 0, 1))


def _horizon(level_strength: Grid) -> float | None:
    """Fraction from the top, if one level edge runs across at least half of the width."""
    rows = ndimage.gaussian_filter1d(level_strength.sum(axis=1), 2.0)
    best = int(np.argmax(rows))
    band = level_strength[max(0, best - 6) : best + 7]
    width_share = (band.max(axis=0) > 0).mean()
    is_inside = 0.05 < best / len(rows) < 0.95
    is_dominant = rows[best] > 3 * rows.mean()
    return (
        rounded((best + 0.5) / len(rows))
        if width_share >= 0.5 and is_inside and is_dominant
        else None
    )
