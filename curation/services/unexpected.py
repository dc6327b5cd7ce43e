"""Flags for votes that are very unlikely for the person who gave them: the standardised rule, run
after each fit. Raters of imported votes are nobody here, so their votes are never flagged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from annotation.services.flagging import flag_unexpected
from curation.models import ScoreKind
from curation.services.vote_columns import Columns
from measures.statistics.primary import PrimaryFit
from measures.statistics.residuals import limit_among, standardised_residuals

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def flag_unexpected_votes(kind: ScoreKind, votes: Columns, fit: PrimaryFit) -> int:
    """Raise what the fit finds; return how many flags are new. Running it again changes nothing."""
    return sum(
        flag_unexpected(
            item_id=each.item, subjects=each.subjects(), responses=each.responses()
        )
        for each in _unexpected(kind, votes, fit)
    )  # fmt: skip


@dataclass(frozen=True)
class _OneItem:
    """The rows of an item's votes, and which of them are unexpected."""

    kind: ScoreKind
    item: int
    votes: Columns
    rows: Integers
    is_flagged: Flags
    limit: float

    def subjects(self) -> list[dict[str, Any]]:
        """As a flag's detail holds them. What was expected of whom is left out: beside a letter it
        would tell whose bias is whose."""
        things = np.asarray(self.votes.things)[self.rows]
        return [
            self._subject(int(thing), things == thing)
            for thing in np.unique(things[self.is_flagged])
        ]

    def _subject(self, thing: int, mine: Flags) -> dict[str, Any]:
        rows, is_flagged = self.rows[mine], self.is_flagged[mine]
        return {
            "crop": thing if self.kind is ScoreKind.CROP else None,
            "threshold": round(self.limit, 2),
            "scores": [
                {
                    "person": self.votes.people[row], "score": self.votes.values[row],
                    "is_flagged": bool(flagged),
                }
                for row, flagged in zip(rows.tolist(), is_flagged, strict=True)
            ],
        }  # fmt: skip

    def responses(self) -> set[int]:
        """Of the unexpected votes."""
        return {self.votes.responses[row] for row in self.rows[self.is_flagged].tolist()}


def _unexpected(kind: ScoreKind, votes: Columns, fit: PrimaryFit) -> Iterator[_OneItem]:
    if not len(votes):
        return
    z = standardised_residuals(fit, votes.people, votes.things, votes.values).z
    items = np.asarray(votes.items)
    ours = np.flatnonzero((items > 0) & (np.asarray(votes.people) > 0))
    ours = ours[np.argsort(items[ours], kind="stable")]
    names, starts, counts = np.unique(items[ours], return_index=True, return_counts=True)
    limits = limit_among(counts)
    is_flagged = np.abs(z[ours]) > np.repeat(limits, counts) + 1e-9  # nan is not
    for at in np.flatnonzero(np.add.reduceat(is_flagged, starts)) if names.size else ():
        part = slice(starts[at], starts[at] + counts[at])
        yield _OneItem(kind, int(names[at]), votes, ours[part], is_flagged[part], float(limits[at]))
