"""Correlation within one photo, or why there is none."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from measures.metrics import Value
from measures.statistics.known import NotKnown

FEW = NotKnown("fewer than two crops of the photo are rated")
ALL_RATED_ALIKE = NotKnown("people rated all crops of the photo alike")
ALL_SCORED_ALIKE = NotKnown("the model scored all crops of the photo alike")


def correlation(scores: npt.NDArray[np.float64], mos: npt.NDArray[np.float64]) -> Value:
    """Pearson's correlation of two columns, -1 to 1."""
    if mos.size < 2:
        return FEW
    if np.ptp(mos) == 0:
        return ALL_RATED_ALIKE
    if np.ptp(scores) == 0:
        return ALL_SCORED_ALIKE
    first, second = _unit(scores), _unit(mos)
    return float(np.clip(np.dot(first, second), -1.0, 1.0))


def _unit(column: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    # Scaled first, so that neither huge nor tiny numbers overflow when squared.
    scaled = (column - column.mean()) / np.ptp(column)
    return np.asarray(scaled / np.linalg.norm(scaled), dtype=np.float64)
