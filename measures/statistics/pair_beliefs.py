"""What is believed of the worths of some crops before the next pair: prior and votes together.

Every crop has a place, compared or not; a Gaussian prior of sd 1 / sqrt(lam) logits keeps what no
vote bounds. For choosing pairs, not for publishing scores.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.errors import InvalidInput
from measures.statistics.bradley_terry import bradley_terry
from measures.statistics.columns import Floats
from measures.statistics.pair_scores import REGULARISATION


@dataclass(frozen=True)
class Beliefs:
    """``worth`` (k,) in logits and ``covariance`` (k, k), rows as the crops were given."""

    worth: Floats
    covariance: Floats


def beliefs(
    crops: Sequence[object],
    left: npt.ArrayLike,
    right: npt.ArrayLike,
    choice: npt.ArrayLike,
    *,
    lam: float = REGULARISATION,
) -> Beliefs:
    """From the votes so far (columns as in `bradley_terry`, perhaps empty) among ``crops``."""
    if lam <= 0:
        raise InvalidInput("The prior's precision must lie above 0.", field="lam")
    row = {crop: at for at, crop in enumerate(crops)}
    worth, covariance = np.zeros(len(crops)), np.eye(len(crops)) / lam
    scores = bradley_terry(left, right, choice, lam=lam)
    names = scores.votes.names.tolist()
    if not set(names) <= set(row):
        raise InvalidInput("A vote is about a crop that is not among the given ones.")
    place = np.array([row[name] for name in names], dtype=np.int64)
    worth[place] = scores.worth
    for group, block in enumerate(scores.blocks):
        mine = place[scores.votes.group == group]
        covariance[np.ix_(mine, mine)] = block
    return Beliefs(worth, covariance)
