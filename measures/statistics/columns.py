"""Votes as columns: whom, what, how much. Labels of any kind are numbered once, wrong ones refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from core.errors import InvalidInput

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Labels = npt.NDArray[Any]


def numbered(labels: npt.ArrayLike) -> tuple[Labels, Integers]:
    """The different labels in ascending order, and the number of each row's label."""
    names, at = np.unique(np.asarray(labels), return_inverse=True)
    return names, at.astype(np.int64)


def finite(values: npt.ArrayLike, what: str = "vote") -> Floats:
    """One column of numbers; nan and infinity are refused."""
    column = np.asarray(values, dtype=np.float64)
    if column.ndim != 1:
        raise InvalidInput(f"Each {what} is one number in one column.")
    if not np.isfinite(column).all():
        raise InvalidInput(f"A {what} is not a number.", field="scores")
    return column


@dataclass(frozen=True)
class Votes:
    """Scores as columns: ``rater``, ``item`` (numbers into ``raters``, ``items``) and ``score``."""

    raters: Labels
    items: Labels
    rater: Integers
    item: Integers
    score: Floats

    @classmethod
    def of(cls, raters: npt.ArrayLike, items: npt.ArrayLike, scores: npt.ArrayLike) -> Votes:
        """From three columns of equal length, a vote each; scores in grades."""
        score = finite(scores)
        if not (np.shape(raters) == np.shape(items) == score.shape):
            raise InvalidInput("Votes are three columns of equal length: raters, items, scores.")
        rater_names, rater = numbered(raters)
        item_names, item = numbered(items)
        return cls(rater_names, item_names, rater, item, score)

    def by_rater(self, values: Floats | None = None) -> Floats:
        """Per rater the sum of a column of votes; without one, the number of votes."""
        return _sums(self.rater, values, self.raters.size)

    def by_item(self, values: Floats | None = None) -> Floats:
        """Per item the sum of a column of votes; without one, the number of votes."""
        return _sums(self.item, values, self.items.size)


def _sums(group: Integers, values: Floats | None, count: int) -> Floats:
    return np.bincount(group, values, minlength=count).astype(np.float64)


def complete_table(table: npt.ArrayLike) -> Floats:
    """An items by raters table of grades; a missing cell is refused by the callers as nan."""
    cells = np.asarray(table, dtype=np.float64)
    if cells.ndim != 2:
        raise InvalidInput("The table has a row for each item and a column for each rater.")
    if np.isinf(cells).any():
        raise InvalidInput("A vote is not a number.", field="scores")
    return cells
