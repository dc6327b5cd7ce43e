"""Too fast: votes given before the photo could be looked at.

A vote's time is what passed from the full display of the photo to the vote, less the time that
the page was hidden. It is too fast below 0.3 of the rater's own median or below 1.5 s, and in any
case when it came before the photo was decoded.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.errors import InvalidInput
from measures.statistics.columns import Flags, Floats, finite
from measures.statistics.known import Known, Maybe, NotKnown

SHARE_OF_MEDIAN = 0.3
LEAST_SECONDS = 1.5
MIN_VOTES = 10

FEW_VOTES = NotKnown(f"fewer than {MIN_VOTES} votes with a time")


@dataclass(frozen=True)
class Speed:
    """One rater: per vote ``seconds``, ``z`` of the log time (nan where 0 or less, or where all
    are equal) and ``is_too_fast``; ``limit`` and ``median`` in seconds."""

    seconds: Floats
    z: Floats
    is_too_fast: Flags
    median: float
    limit: float

    @property
    def share_too_fast(self) -> float:
        """Among all votes of the rater."""
        return float(self.is_too_fast.mean())


def speed(
    elapsed: npt.ArrayLike,
    *,
    decoded: npt.ArrayLike | None = None,
    hidden: npt.ArrayLike | None = None,
) -> Maybe[Speed]:
    """One rater's votes: seconds from opening to the vote, from opening until the photo was
    decoded, and of a hidden page; columns of equal length, the latter two 0 if left out."""
    total = finite(elapsed, "time")
    ready, away = (_or_zero(column, total) for column in (decoded, hidden))
    if total.size < MIN_VOTES:
        return FEW_VOTES
    seconds = total - ready - away
    median = float(np.median(seconds))
    limit = max(SHARE_OF_MEDIAN * median, LEAST_SECONDS)
    return Known(Speed(seconds, _log_z(seconds), seconds < limit, median, limit))


def _or_zero(column: npt.ArrayLike | None, like: Floats) -> Floats:
    if column is None:
        return np.zeros_like(like)
    found = finite(column, "time")
    if found.shape != like.shape:
        raise InvalidInput("Times are columns of equal length.")
    return found


def _log_z(seconds: Floats) -> Floats:
    logs = np.log(seconds, where=seconds > 0, out=np.full_like(seconds, np.nan))
    usable = logs[seconds > 0]
    spread = float(usable.std(ddof=1)) if usable.size > 1 else 0.0
    if spread < 1e-12:
        return np.full_like(seconds, np.nan)
    return np.asarray((logs - usable.mean()) / spread)
