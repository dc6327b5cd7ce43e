"""GAICD's ACC_10."""

from __future__ import annotations

from measures.metrics._accuracy import Accuracy


class Acc10(Accuracy):
    """Mean of ACC 1/10 to ACC 4/10."""

    name = "acc_10"
    title = "ACC 10"
    top = 10
    about = (
        "GAICD: the share of a model's first K crops whose mean opinion score is at least that of "
        "the 10th best crop, so crops tied with it count; mean over photos, then over K = 1 to 4. "
        "Exact crops of the photo's own list; photos with fewer than 10 rated crops are left out."
    )
