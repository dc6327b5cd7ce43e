"""Boundary displacement to the expert whose sides are nearest, whatever the overlap."""

from __future__ import annotations

from measures.metrics import BoxMetric, Match


class DisplacementMin(BoxMetric):
    """ProCrop's reading; ask for it by name."""

    name = "displacement_min"
    title = "Smallest displacement"
    better = "lower"
    is_usual = False
    about = (
        "Mean shift of the four sides at the expert who is nearest by it, chosen apart from the "
        "IoU (ProCrop). Never above the displacement of the FLMS rule, and not to be compared "
        "with it. An invalid answer counts as the whole photo's smallest displacement (Venus)."
    )

    def value_of(self, match: Match, /) -> float:
        """Displacement, 0 is perfect."""
        return match.smallest_displacement
