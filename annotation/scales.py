"""Rating scales of item types: whole numbers with words for some of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Scale:
    """A rating scale of whole numbers with words for some or all of its points."""

    low: int
    high: int
    words: Mapping[int, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """As `Rating.scale` stores it."""
        return f"{self.low}-{self.high}"

    def steps(self) -> list[dict[str, Any]]:
        """Low to high, for a page: value and label."""
        values = range(self.low, self.high + 1)
        return [{"value": value, "label": self.words.get(value, "")} for value in values]

    def check(self, value: int, name: str) -> int:
        """The value, or `InvalidInput` that names the field and the scale."""
        if not self.low <= value <= self.high:
            raise InvalidInput(
                f"{name} is {value}; it must lie from {self.low} to {self.high}.", field=name
            )
        return value


TEN = Scale(1, 10, {1: "poor", 5: "fair", 10: "outstanding"})
FIVE = Scale(1, 5, {1: "bad", 2: "poor", 3: "fair", 4: "good", 5: "excellent"})
