"""Intersection over union with the expert who agrees most."""

from __future__ import annotations

from measures.metrics import BoxMetric, Match


class IouMax(BoxMetric):
    """Continuous corners, no +1."""

    name = "iou_max"
    title = "IoU"
    better = "higher"
    about = (
        "Intersection over union with the best-agreeing expert's box, mean over photos (the FLMS "
        "rule; with one expert, as in FCDB, plain IoU). An invalid answer counts 0."
    )

    def value_of(self, match: Match, /) -> float:
        """IoU, 0 to 1."""
        return match.iou
