"""What a sample is before splits and benchmarks are asked: the currency of sampling."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import Any, TypeVar

from accounts.models import Project
from curation.models import SampleKind
from curation.rules import Rules

T = TypeVar("T")


@dataclass(frozen=True)
class Candidate:
    """``data`` is free of dialects and of row ids, so that the same curation gives the same digest
    anywhere; ``made_from`` holds the paths that lead back to people and models."""

    kind: SampleKind
    photo_id: int
    data: dict[str, Any]
    made_from: list[str]


@dataclass
class Lost:
    """How many candidates each rule took away, by kind and reason in words."""

    counts: dict[SampleKind, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, kind: SampleKind, reason: str, count: int = 1) -> None:
        """Count a loss."""
        if count:
            self.counts[kind][reason] += count

    def as_json(self) -> dict[str, dict[str, int]]:
        """For the version's report."""
        return {str(kind): dict(counter) for kind, counter in self.counts.items()}

    def in_words(self) -> str:
        """For example "crop has too few votes (3); photo has an open flag (1)"."""
        total: Counter[str] = Counter()
        for counter in self.counts.values():
            total.update(counter)
        return "; ".join(f"{reason} ({count})" for reason, count in total.items())


Maker = Callable[[Project, Rules, Lost], Iterator[Candidate]]


def grouped(rows: Iterable[T], key: Callable[[T], Any]) -> Iterator[list[T]]:
    """Rows that stand together and share a key, one list at a time."""
    return (list(members) for _, members in groupby(rows, key))


def batches(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of at most ``size`` rows; nothing more is held."""
    source = iter(rows)
    while chunk := list(islice(source, size)):
        yield chunk
