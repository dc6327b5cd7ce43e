"""Counts and losses of a version as rows of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from curation.models import SampleKind, Split


@dataclass(frozen=True)
class CountRow:
    """One kind of sample: a number per split, in the order of `Split`, and their sum."""

    title: str
    numbers: list[int]
    total: int


def count_table(
    counts: Mapping[str, int], *, kinds: Sequence[SampleKind] | None = None
) -> list[CountRow]:
    """Rows from counts by "kind/split"; ``kinds`` keeps those without a sample too."""
    rows = []
    for kind in SampleKind:
        numbers = [counts.get(f"{kind}/{split}", 0) for split in Split]
        if any(numbers) or kind in (kinds or []):
            rows.append(CountRow(kind.label, numbers, sum(numbers)))
    return rows


def lost_table(lost: Mapping[str, Mapping[str, int]]) -> list[tuple[str, str, int]]:
    """(kind, reason, number), the largest loss of each kind first."""
    return [
        (kind.label, reason, number)
        for kind in SampleKind
        for reason, number in sorted(lost.get(kind, {}).items(), key=lambda each: -each[1])
    ]
