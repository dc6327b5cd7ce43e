"""Share of voted pairs that a model ranks against the majority."""

from __future__ import annotations

import numpy as np

from measures.metrics import Value, VoteMetric, Votes
from measures.statistics.known import NotKnown

NO_MAJORITY = NotKnown("no pair of the photo has a majority")


class SwapError(VoteMetric):
    """Pairs with as many votes for either say nothing and are left out."""

    name = "swap_error"
    title = "Swap error"
    better = "lower"
    about = (
        "Share of a photo's pairs whose two crops a model scores in the other order than most "
        "voters, mean over photos (the swap error of the view-ranking papers on FCDB; one minus "
        "it is the ranking accuracy). Equal scores count as half a swap; a tied vote is left out."
    )

    def value_of(self, case: Votes, /) -> Value:
        """Share of swapped pairs, 0 is perfect, 0.5 is guessing."""
        majority = np.sign(case.counts[:, 0] - case.counts[:, 1])
        said = np.sign(case.scores[:, 0] - case.scores[:, 1])
        decided = majority != 0
        if not decided.any():
            return NO_MAJORITY
        return float(np.mean((1 - majority[decided] * said[decided]) / 2))
