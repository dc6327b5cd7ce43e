"""GAICD's ACC_5."""

from __future__ import annotations

from measures.metrics._accuracy import Accuracy


class Acc5(Accuracy):
    """Mean of ACC 1/5 to ACC 4/5."""

    name = "acc_5"
    title = "ACC 5"
    top = 5
    about = (
        "GAICD: the share of a model's first K crops whose mean opinion score is at least that of "
        "the 5th best crop, so crops tied with it count; mean over photos, then over K = 1 to 4. "
        "Exact crops of the photo's own list; photos with fewer than 5 rated crops are left out."
    )
