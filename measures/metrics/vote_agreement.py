"""Share of single votes that agree with a model."""

from __future__ import annotations

import numpy as np

from measures.metrics import Value, VoteMetric, Votes
from measures.statistics.known import NotKnown

NO_VOTES = NotKnown("nobody voted on a pair of the photo")


class VoteAgreement(VoteMetric):
    """Every vote counts once, so a close pair weighs less than a clear one."""

    name = "vote_agreement"
    title = "Votes agreed with"
    better = "higher"
    about = (
        "Share of all single votes on a photo's pairs that are for the crop a model scores higher "
        "(half of them where the scores are equal), mean over photos. Our own figure: its ceiling "
        "is the share of votes with the majority, not 1, and is given beside it."
    )

    def value_of(self, case: Votes, /) -> Value:
        """Share of votes, 0 to 1."""
        won = case.counts[:, 0] - case.counts[:, 1]
        return _share(case, np.sign(case.scores[:, 0] - case.scores[:, 1]) * won)

    def parts_of(self, case: Votes, /) -> dict[str, Value]:
        """The most that any scores could reach."""
        return {"ceiling": _share(case, np.abs(case.counts[:, 0] - case.counts[:, 1]))}


def _share(case: Votes, lead: np.typing.NDArray[np.float64]) -> Value:
    # With a votes for, b against: a / (a + b) = (1 + (a - b) / (a + b)) / 2, summed over pairs.
    total = case.counts.sum()
    return float((1 + lead.sum() / total) / 2) if total else NO_VOTES
