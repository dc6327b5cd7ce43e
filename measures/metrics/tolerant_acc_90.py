"""ACC 1/5 and 1/10 of a free box, with a tolerance of IoU 0.90."""

from __future__ import annotations

from measures.metrics._tolerance import TolerantAccuracy


class TolerantAcc90(TolerantAccuracy):
    """The box need not be one of the rated crops."""

    name = "tolerant_acc_90"
    title = "ACC 1/5 at IoU 0.90"
    epsilon = 0.90
    about = (
        "Share of photos whose first box has IoU of 0.90 or more with one of exactly the five (or "
        "ten) best rated crops, as papers with free boxes report on GAICD (UNIC's code asks for "
        "more than 0.90). Crops tied with the fifth count only in the figure with ties. Far above "
        "the exact ACC 1/5, never to be compared with it. An invalid answer is a miss."
    )
