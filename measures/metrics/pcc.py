"""Pearson's correlation within a photo."""

from __future__ import annotations

from measures.metrics import Ranking, RankingMetric, Value
from measures.metrics._correlation import correlation


class Pcc(RankingMetric):
    """Linear, without a fitted curve before."""

    name = "pcc"
    title = "PCC"
    better = "higher"
    about = (
        "Pearson's correlation between a model's scores and the mean opinion scores of one photo's "
        "crops, mean over photos, no curve fitted before, as GAICD reports it. A photo whose crops "
        "are all rated or all scored alike has none and is left out."
    )

    def value_of(self, case: Ranking, /) -> Value:
        """Correlation, -1 to 1."""
        return correlation(case.scores, case.mos)
