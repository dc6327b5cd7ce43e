"""Small balanced plans by construction: Williams' Latin squares and block designs' counts.

Sources: Williams (1949); Yates (1936) for balanced incomplete blocks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.errors import InvalidInput
from measures.statistics.columns import Integers
from measures.statistics.known import Known, Maybe, NotKnown


@dataclass(frozen=True, slots=True)
class BlockCounts:
    """``blocks`` of ``size`` crops; each crop in ``replicates`` of them, each pair in ``meetings``."""

    crops: int
    blocks: int
    replicates: int
    size: int
    meetings: int


def williams_orders(conditions: int) -> Integers:
    """Orders (rows) of ``conditions`` in which each stands equally often at each place and each
    follows each other equally often: as many rows for an even number, twice as many for an odd."""
    if conditions < 2:
        raise InvalidInput("An order has at least two conditions.", field="conditions")
    up = np.arange(conditions)
    # 0, n-1, 1, n-2, ...: neighbouring steps are all different.
    first = np.where(up % 2 == 0, up // 2, conditions - 1 - up // 2)
    rows = (first[None, :] + up[:, None]) % conditions
    return np.asarray(np.vstack([rows, rows[:, ::-1]]) if conditions % 2 else rows, dtype=np.int64)


def balanced_blocks(crops: int, size: int, meetings: int = 1) -> Maybe[BlockCounts]:
    """The counts of a balanced incomplete block design, if they can be whole numbers:
    crops x replicates = blocks x size, meetings (crops - 1) = replicates (size - 1)."""
    if not 2 <= size <= crops or meetings < 1:
        raise InvalidInput("A block has from two crops to all of them, who meet at least once.")
    replicates, rest = divmod(meetings * (crops - 1), size - 1)
    blocks, more = divmod(crops * replicates, size)
    if rest or more:
        return NotKnown("the counts do not come out whole; raise the number of meetings")
    if blocks < crops and size < crops:
        return NotKnown("Fisher's inequality forbids fewer blocks than crops")
    return Known(BlockCounts(crops, blocks, replicates, size, meetings))
