"""Boundary displacement: how far the four sides stand from the expert's."""

from __future__ import annotations

from measures.metrics import BoxMetric, Match


class Displacement(BoxMetric):
    """Mean of four sides, not their sum."""

    name = "displacement"
    title = "Displacement"
    better = "lower"
    about = (
        "Mean shift of the four sides as a share of the photo's width or height, at the expert "
        "chosen by IoU; when the expert nearest by displacement has exactly the same IoU, at that "
        "one (the FLMS rule; ProCrop takes the smallest displacement whatever the IoU, a little "
        "lower). An invalid answer counts as the whole photo's smallest displacement (Venus)."
    )

    def value_of(self, match: Match, /) -> float:
        """Displacement, 0 is perfect."""
        return match.displacement
