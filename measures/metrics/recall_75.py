"""Recall at IoU 0.75."""

from __future__ import annotations

from measures.metrics import BoxMetric, Match

THRESHOLD = 0.75


class Recall75(BoxMetric):
    """Share of photos with IoU of at least 0.75, over all photos."""

    name = "recall_75"
    title = "Recall at 0.75"
    better = "higher"
    about = (
        "Share of all photos whose largest IoU over the experts is 0.75 or more (inclusive; the "
        "FCDB text says greater than). An invalid answer is a miss."
    )

    def value_of(self, match: Match, /) -> float:
        """1 for a hit, 0 for a miss."""
        return float(match.iou >= THRESHOLD)
