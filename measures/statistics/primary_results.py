"""What the primary score's fit says: of each item, each rater and each connected group."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from measures.statistics.known import Interval, Known, Maybe, NotKnown

MIN_ITEMS = 10
MIN_RATERS = 2
Z95 = 1.959963984540054

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class PrimaryScore:
    """One item: posterior mean and sd, and the unshrunk estimate with its standard error.

    ``sd`` includes what the uncertainty of the raters' habits adds, ``freedom`` its degrees of
    freedom; ``unshrunk_se`` takes the habits as known.
    """

    n: int
    mean: float
    sd: float
    unshrunk: float
    unshrunk_se: float
    freedom: float = math.inf

    @property
    def interval(self) -> Interval:
        """95 %, Student's t with ``freedom`` degrees (normal where they are infinite)."""
        half = float(stdtrit(self.freedom, 0.975)) * self.sd
        return Interval(self.mean - half, self.mean + half)


@dataclass(frozen=True, slots=True)
class RaterHabits:
    """One rater: ``bias`` above the panel, ``inconsistency`` the sd of a vote around the score."""

    n: int
    bias: float
    inconsistency: float


@dataclass(frozen=True, slots=True)
class Component:
    """A connected group of raters and items, and the parameters fitted to it."""

    n_items: int
    n_raters: int
    mu: float
    tau: float
    pooled_inconsistency: float
    inflation: float = 1.0  # what the parameters' uncertainty multiplies an item's sd with

    @property
    def reason_unknown(self) -> str:
        """Why this component carries no primary scores; empty when it does."""
        if self.n_raters < MIN_RATERS:
            return "only one rater scored these items, so a rater's bias cannot be told apart"
        if self.n_items < MIN_ITEMS:
            return f"fewer than {MIN_ITEMS} items are linked by common raters"
        return ""


@dataclass(frozen=True)
class PrimaryFit:
    """The fit of a whole project as columns; rows of ``items`` and ``raters`` ascend.

    ``sd`` is the whole uncertainty of an item's ``mean``, with ``freedom`` degrees of freedom;
    ``given_sd`` is the part that would remain if the raters' habits were known.
    nan stands where the component carries no scores; `item` and `rater` give the reason.
    """

    items: Integers
    item_n: Integers
    mean: Floats
    sd: Floats
    freedom: Floats
    given_sd: Floats
    unshrunk: Floats
    unshrunk_se: Floats
    item_component: Integers
    raters: Integers
    rater_n: Integers
    bias: Floats
    inconsistency: Floats
    rater_component: Integers
    components: list[Component]
    rounds: int
    has_converged: bool

    @property
    def half_width(self) -> Floats:
        """Per item half the width of its 95 % interval, as in `PrimaryScore.interval`."""
        return np.asarray(stdtrit(self.freedom, 0.975) * self.sd)

    def item(self, name: int) -> Maybe[PrimaryScore]:
        """The score of one item by its number."""
        row = _row_of(self.items, name)
        if row is None:
            return NotKnown("nobody has scored it yet")
        if reason := self.components[self.item_component[row]].reason_unknown:
            return NotKnown(reason)
        return Known(
            PrimaryScore(
                int(self.item_n[row]),
                float(self.mean[row]),
                float(self.sd[row]),
                float(self.unshrunk[row]),
                float(self.unshrunk_se[row]),
                float(self.freedom[row]),
            )
        )

    def rater(self, name: int) -> Maybe[RaterHabits]:
        """The habits of one rater by number."""
        row = _row_of(self.raters, name)
        if row is None:
            return NotKnown("this rater has scored nothing yet")
        if reason := self.components[self.rater_component[row]].reason_unknown:
            return NotKnown(reason)
        n, bias, spread = self.rater_n[row], self.bias[row], self.inconsistency[row]
        return Known(RaterHabits(int(n), float(bias), float(spread)))


def _row_of(names: Integers, name: int) -> int | None:
    row = int(np.searchsorted(names, name))
    return row if row < names.size and names[row] == name else None
