"""The normal distribution nearest to the worths of one compared group, ratings and pairs taken in.

Variational: at the end the mean's slope and the curvature are those of the log posterior averaged
over the normal itself, which is far less biased than its top when votes are few.
"""

from __future__ import annotations

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.special import expit

from measures.statistics.columns import Floats, Integers
from measures.statistics.combined_data import CombinedVotes

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(21)
WEIGHTS = WEIGHTS / WEIGHTS.sum()


def nearest_normal(
    votes: CombinedVotes,
    group: int,
    start: tuple[float, Floats, Floats],
    precision: Floats,
    pull: Floats,
    steps: int,
) -> tuple[Floats, Floats]:
    """Mean (k,) and covariance (k, k) of one group, improved by ``steps`` from a start.

    ``start``: kappa and the mean and covariance so far; ``precision`` and ``pull`` (k,) are what
    the ratings and the prior say.
    """
    left, right, rows = votes.places[group]
    wins, n = votes.wins[rows], votes.n[rows]
    kappa, mean, block = start
    for _ in range(steps):
        own = np.diag(block)
        sd = np.sqrt(np.maximum(own[left] + own[right] - 2 * block[left, right], 0.0))
        p = expit(kappa * ((mean[left] - mean[right])[:, None] + sd[:, None] * NODES))
        slope = pull - precision * mean
        surplus = kappa * (wins - n * (p @ WEIGHTS))
        np.add.at(slope, left, surplus)
        np.subtract.at(slope, right, surplus)
        curve = kappa**2 * n * ((p * (1 - p)) @ WEIGHTS)
        factor = cho_factor(_curvature(precision, left, right, curve))
        move, before = cho_solve(factor, slope), block
        # The curvature may fall along a long step, which would then overshoot.
        mean = mean + move / (1 + max(0.0, kappa * float(np.abs(move).max()) - 1))
        block = np.asarray(cho_solve(factor, np.eye(mean.size)))
        if max(np.abs(move).max(), np.abs(block - before).max()) < 1e-10:
            break
    return mean, block


def _curvature(precision: Floats, left: Integers, right: Integers, curve: Floats) -> Floats:
    matrix = np.diag(precision)
    np.add.at(matrix, (left, left), curve)
    np.add.at(matrix, (right, right), curve)
    np.subtract.at(matrix, (left, right), curve)
    np.subtract.at(matrix, (right, left), curve)
    return matrix
