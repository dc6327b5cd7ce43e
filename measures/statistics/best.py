"""Which crop is best, and how surely: P(A better than B), P(best), and what to train on.

Scores are normal with known means and variances. P(A better) = Phi(gap / se). P(best) integrates
each crop's density times the chance that all others lie below it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import log_ndtr, ndtr

from core.errors import InvalidInput
from measures.statistics.columns import Floats, Integers, finite
from measures.statistics.known import Known, Maybe, NotKnown

SURE_FROM = 0.5
ALTERNATIVE_FROM = 0.2
DRAWS = 10_000

NO_CROPS = NotKnown("there is no crop to choose")
EXACT = NotKnown("a score claims to be exact")

_KNOTS = np.array([-8.0, -6, -4.5, -3, -2, -1, 0, 1, 2, 3, 4.5, 6, 8])
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(10)


@dataclass(frozen=True)
class Winners:
    """Rows of the crops to take as good: the best alone if it is sure, else all alternatives."""

    rows: Integers
    p_best: Floats
    is_sure: bool


def better_matrix(means: npt.ArrayLike, covariance: npt.ArrayLike) -> Floats:
    """P(row better than column), (k, k), from means (k,) and covariance (k, k) or variances (k,).

    1/2 on the diagonal, and where a difference is exactly 0 with certainty.
    """
    mean = finite(means, "score")
    matrix = _covariance(mean, covariance)
    variance = np.diag(matrix)
    spread = np.sqrt(np.maximum(variance[:, None] + variance[None, :] - 2 * matrix, 0.0))
    gap = mean[:, None] - mean[None, :]
    certain = np.where(gap == 0, 0.5, gap > 0)
    p = ndtr(gap / np.where(spread > 0, spread, 1.0))
    return np.asarray(np.where(spread > 0, p, certain), dtype=np.float64)


def probability_best(means: npt.ArrayLike, variances: npt.ArrayLike) -> Maybe[Floats]:
    """P(this one is the best) of each of k independent scores; sums to 1."""
    mean, variance = finite(means, "score"), finite(variances, "variance")
    if mean.shape != variance.shape:
        raise InvalidInput("Means and variances are two columns of equal length.")
    if mean.size == 0:
        return NO_CROPS
    if (variance <= 0).any():
        return EXACT
    sd = np.sqrt(variance)
    at, weight = _panels(mean, sd)
    z = (at[:, None] - mean) / sd
    below = log_ndtr(z)
    density = -z * z / 2 - np.log(sd * np.sqrt(2 * np.pi))
    p = weight @ np.exp(density - below + below.sum(axis=1, keepdims=True))
    return Known(np.asarray(p / p.sum(), dtype=np.float64))


def probability_best_joint(
    means: npt.ArrayLike, covariance: npt.ArrayLike, *, draws: int = DRAWS, seed: int = 0
) -> Maybe[Floats]:
    """The same for scores that vary together, (k, k) covariance, by seeded posterior draws."""
    mean = finite(means, "score")
    matrix = _covariance(mean, covariance)
    if mean.size == 0:
        return NO_CROPS
    rng = np.random.default_rng(seed)
    found = rng.multivariate_normal(mean, matrix, size=draws, method="eigh").argmax(axis=1)
    return Known(np.bincount(found, minlength=mean.size) / draws)


def winners(p_best: npt.ArrayLike) -> Winners:
    """The best crop if P(best) >= 0.5, else every crop with P(best) >= 0.2, the likeliest first.

    There may be none: then the photo says nothing clear.
    """
    p = finite(p_best, "probability")
    order = np.argsort(-p, kind="stable").astype(np.int64)
    if p.size and p[order[0]] >= SURE_FROM:
        return Winners(order[:1], p, is_sure=True)
    return Winners(order[p[order] >= ALTERNATIVE_FROM], p, is_sure=False)


def _covariance(mean: Floats, covariance: npt.ArrayLike) -> Floats:
    matrix = np.asarray(covariance, dtype=np.float64)
    matrix = np.diag(matrix) if matrix.ndim == 1 else matrix
    if matrix.shape != (mean.size, mean.size):
        raise InvalidInput("The covariance has a row and a column for each score.")
    return matrix


def _panels(mean: Floats, sd: Floats) -> tuple[Floats, Floats]:
    # Gauss-Legendre between knots that follow every crop's own width.
    knots = np.unique(mean[:, None] + sd[:, None] * _KNOTS)
    half, middle = np.diff(knots) / 2, (knots[1:] + knots[:-1]) / 2
    at = middle[:, None] + half[:, None] * _NODES
    return at.ravel(), (half[:, None] * _WEIGHTS).ravel()
