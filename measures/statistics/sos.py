"""The SOS hypothesis: one number for how much a project's raters differ over its scale.

Source: Hossfeld, Schatz, Egger (2011). SOS^2 = a (MOS - L)(U - MOS) between the scale's ends L
and U; ``a`` lies in [0, 1] and is high where raters disagree or the votes are careless.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.errors import InvalidInput
from measures.statistics.known import Known, Maybe, NotKnown
from measures.statistics.mos import mos_table

NO_SPREAD = NotKnown("no item has two votes and a mean inside the scale")


@dataclass(frozen=True, slots=True)
class SosHypothesis:
    """``a`` without unit, fitted over ``n_items`` items; ``error`` is the rms misfit of SOS^2."""

    a: float
    n_items: int
    error: float


def sos_hypothesis(
    items: npt.ArrayLike, scores: npt.ArrayLike, *, low: float, high: float
) -> Maybe[SosHypothesis]:
    """Fits ``a`` by least squares through 0 over the items with two votes or more.

    ``items`` and ``scores`` are columns of equal length; ``low`` and ``high`` the scale's ends.
    """
    if not high > low:
        raise InvalidInput("A scale's top must lie above its bottom.", field="scale")
    table = mos_table(items, scores)
    paired = table.n > 1
    room = ((table.mean - low) * (high - table.mean))[paired]
    squares = table.sos[paired] ** 2
    total = float(room @ room)
    if total <= 0:
        return NO_SPREAD
    a = float(room @ squares) / total
    error = float(np.sqrt(np.mean((squares - a * room) ** 2)))
    return Known(SosHypothesis(a, int(paired.sum()), error))
