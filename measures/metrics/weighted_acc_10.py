"""GAICD's rank-weighted ACC_10."""

from __future__ import annotations

from measures.metrics._accuracy import WeightedAccuracy


class WeightedAcc10(WeightedAccuracy):
    """Mean of weighted ACC 1/10 to 4/10."""

    name = "weighted_acc_10"
    title = "Weighted ACC 10"
    top, decay = 10, 0.1
    about = (
        "GAICD, journal version: as ACC 10, a hit weighted by exp(-0.1 (r - j)), r its place among "
        "the rated crops and j its place among the K returned, both sorted and from 0. Crops with "
        "equal opinion scores take places in the order of the file, as in the published script, so "
        "a crop tied with the 10th best may miss."
    )
