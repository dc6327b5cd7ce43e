"""Spearman's rank correlation within a photo."""

from __future__ import annotations

from scipy.stats import rankdata

from measures.metrics import Ranking, RankingMetric, Value
from measures.metrics._correlation import correlation


class Srcc(RankingMetric):
    """Tied crops share the mean of their ranks."""

    name = "srcc"
    title = "SRCC"
    better = "higher"
    about = (
        "Spearman's rank correlation between a model's scores and the mean opinion scores of one "
        "photo's crops (ties share their mean rank), mean over photos, as GAICD reports it. A "
        "photo whose crops are all rated or all scored alike has none and is left out."
    )

    def value_of(self, case: Ranking, /) -> Value:
        """Correlation, -1 to 1."""
        return correlation(rankdata(case.scores), rankdata(case.mos))
