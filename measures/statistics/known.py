"""A figure is either known or not known for a stated reason; it is never a silent nan or 0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Known(Generic[T]):
    """A figure that the data carry."""

    value: T


@dataclass(frozen=True, slots=True)
class NotKnown:
    """Why there is no figure; ``reason`` completes "not known, because ..."."""

    reason: str

    def __str__(self) -> str:
        return f"not known, because {self.reason}"


Maybe = Known[T] | NotKnown


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval that is meant to hold the truth with probability ``level``."""

    low: float
    high: float
    level: float = 0.95

    @property
    def half_width(self) -> float:
        """Half the distance between the ends."""
        return (self.high - self.low) / 2


def value_or_none(maybe: Maybe[T]) -> T | None:
    """The figure, or None; for a database column that may be empty."""
    return maybe.value if isinstance(maybe, Known) else None
