"""GAICD's rank-weighted ACC_5."""

from __future__ import annotations

from measures.metrics._accuracy import WeightedAccuracy


class WeightedAcc5(WeightedAccuracy):
    """Mean of weighted ACC 1/5 to 4/5."""

    name = "weighted_acc_5"
    title = "Weighted ACC 5"
    top, decay = 5, 0.2
    about = (
        "GAICD, journal version: as ACC 5, a hit weighted by exp(-0.2 (r - j)), r its place among "
        "the rated crops and j its place among the K returned, both sorted and from 0. Crops with "
        "equal opinion scores take places in the order of the file, as in the published script, so "
        "a crop tied with the 5th best may miss."
    )
