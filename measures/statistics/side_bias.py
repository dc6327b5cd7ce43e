"""Side bias: does a rater choose the left (or the right) crop more often than chance would.

An exact binomial test of the left's share against one half, over random sides, from 50 decided
votes; by input device too, since a keyboard's default shows there. `order_effect` takes the crops'
worths out as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import bdtr

from core.errors import InvalidInput
from measures.statistics.columns import finite, numbered
from measures.statistics.known import Known, Maybe, NotKnown
from measures.statistics.proportion import Proportion, proportion

MIN_VOTES = 50
LEVEL = 0.01

FEW_VOTES = NotKnown(f"fewer than {MIN_VOTES} decided votes")


@dataclass(frozen=True, slots=True)
class SideBias:
    """The left's share with Wilson's interval, and the two-sided exact ``p`` against one half."""

    left: Proportion
    p: float

    @property
    def is_biased(self) -> bool:
        """p below 0.01."""
        return self.p < LEVEL


def side_bias(choices: npt.ArrayLike) -> Maybe[SideBias]:
    """One rater's choices: 1 the left, -1 the right, 0 neither (left out of the count)."""
    said = finite(choices, "choice")
    decided = said[said != 0]
    if decided.size < MIN_VOTES:
        return FEW_VOTES
    left = int((decided > 0).sum())
    share = proportion(left, decided.size)
    if isinstance(share, NotKnown):
        return share
    fewer = min(left, decided.size - left)
    return Known(SideBias(share.value, min(1.0, 2 * float(bdtr(fewer, decided.size, 0.5)))))


def side_bias_by_device(
    choices: npt.ArrayLike, devices: npt.ArrayLike
) -> Mapping[str, Maybe[SideBias]]:
    """The same for each input device (keyboard, mouse, touch): two columns of equal length."""
    said = np.asarray(choices)
    if said.shape != np.shape(devices):
        raise InvalidInput("Choices and devices are two columns of equal length.")
    names, device = numbered(devices)
    return {str(name): side_bias(said[device == at]) for at, name in enumerate(names.tolist())}
