"""Share of answers that are valid boxes."""

from __future__ import annotations

from measures.metrics import BoxMetric, Match


class Validity(BoxMetric):
    """A figure of its own, so that other figures are not read without it."""

    name = "validity"
    title = "Valid boxes"
    better = "higher"
    about = "Share of answers that hold one readable box with four numbers in range and an area."

    def value_of(self, match: Match, /) -> float:
        """1 for a valid box, 0 otherwise."""
        return float(match.is_valid)
