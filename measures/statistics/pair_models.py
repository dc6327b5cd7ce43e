"""Likelihoods of pair votes as functions of the difference d of two worths, with derivatives.

All are concave in d and their further parameter together, so Newton's method finds the maximum.
Sources: Bradley and Terry (1952); Thurstone (1927), case V; Davidson (1970); Rao and Kupper (1967).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.special import expit, log_expit, log_ndtr

from measures.statistics.columns import Floats
from measures.statistics.comparisons import Comparisons

HALF_LOG_TWO_PI = 0.9189385332046727


@dataclass(frozen=True, slots=True)
class Terms:
    """The log-likelihood and, row by row, its derivatives; curves are minus second derivatives.

    ``slope`` and ``curve`` (m,) in d; ``extra_slope`` (q,), ``cross`` (m, q), ``extra_curve``
    (q, q) for the q further parameters.
    """

    value: float
    slope: Floats
    curve: Floats
    extra_slope: Floats
    cross: Floats
    extra_curve: Floats


class PairModel(Protocol):
    """A likelihood with the starting values of its further parameters."""

    start: tuple[float, ...]

    def terms(self, votes: Comparisons, d: Floats, extra: Floats) -> Terms:
        """All derivatives at differences ``d`` (m,), left minus right."""
        ...


def _plain(value: float, slope: Floats, curve: Floats) -> Terms:
    nothing = np.empty(0)
    return Terms(value, slope, curve, nothing, np.empty((d_rows(slope), 0)), np.empty((0, 0)))


def d_rows(column: Floats) -> int:
    """The number of rows."""
    return int(column.shape[0])


def _one_more(
    value: float, slope: Floats, curve: Floats, extra: float, cross: Floats, extra_curve: float
) -> Terms:
    return Terms(value, slope, curve, np.array([extra]), cross[:, None], np.array([[extra_curve]]))


class BradleyTerry:
    """P(left) = logistic(d); a tie counts half a vote for each."""

    start: tuple[float, ...] = ()

    def terms(self, votes: Comparisons, d: Floats, extra: Floats) -> Terms:
        """See `PairModel`."""
        wins, losses = votes.left_won + votes.ties / 2, votes.right_won + votes.ties / 2
        p = expit(d)
        value = float(wins @ log_expit(d) + losses @ log_expit(-d))
        return _plain(value, wins - votes.n * p, votes.n * p * (1 - p))


class SidedBradleyTerry:
    """P(left) = logistic(d + gamma): gamma is the pull of the left side, in logits."""

    start: tuple[float, ...] = (0.0,)

    def terms(self, votes: Comparisons, d: Floats, extra: Floats) -> Terms:
        """See `PairModel`."""
        plain = BradleyTerry().terms(votes, d + extra[0], extra)
        curve = plain.curve
        slope, total = float(plain.slope.sum()), float(curve.sum())
        return _one_more(plain.value, plain.slope, curve, slope, curve, total)


class Thurstone:
    """P(left) = Phi(d); a tie counts half a vote for each."""

    start: tuple[float, ...] = ()

    def terms(self, votes: Comparisons, d: Floats, extra: Floats) -> Terms:
        """See `PairModel`."""
        wins, losses = votes.left_won + votes.ties / 2, votes.right_won + votes.ties / 2
        up, down = _hazard(d), _hazard(-d)
        value = float(wins @ log_ndtr(d) + losses @ log_ndtr(-d))
        curve = wins * up * (up + d) + losses * down * (down - d)
        return _plain(value, wins * up - losses * down, curve)


class Davidson:
    """P(tie) = nu sqrt(pi pj) / D, P(left) = pi / D, D = pi + pj + nu sqrt(pi pj); eta = ln nu."""

    start: tuple[float, ...] = (0.0,)

    def terms(self, votes: Comparisons, d: Floats, extra: Floats) -> Terms:
        """See `PairModel`."""
        eta, n = float(extra[0]), votes.n
        logs = np.stack([d / 2, -d / 2, np.full_like(d, eta)])
        total = np.logaddexp.reduce(logs, axis=0)
        left, right, tie = np.exp(logs - total)
        ahead = left - right
        value = votes.left_won @ d / 2 - votes.right_won @ d / 2 + votes.ties.sum() * eta
        return _one_more(
            float(value - n @ total),
            (votes.left_won - votes.right_won - n * ahead) / 2,
            n * (left + right - ahead**2) / 4,
            float(votes.ties.sum() - n @ tie),
            -n * ahead * tie / 2,
            float(n @ (tie * (1 - tie))),
        )


class RaoKupper:
    """P(left) = logistic(d - eta), P(right) = logistic(-d - eta), else a tie; eta = ln k > 0."""

    start: tuple[float, ...] = (0.5,)

    def terms(self, votes: Comparisons, d: Floats, extra: Floats) -> Terms:
        """See `PairModel`."""
        eta, tied = float(extra[0]), float(votes.ties.sum())
        if eta <= 0:
            nothing = np.zeros_like(d)
            return _one_more(-np.inf, nothing, nothing, 0.0, nothing, 0.0)
        up, down = votes.left_won + votes.ties, votes.right_won + votes.ties
        u, v = d - eta, -d - eta
        value = up @ log_expit(u) + down @ log_expit(v) + tied * np.log(np.expm1(2 * eta))
        left, right = up * expit(u) * expit(-u), down * expit(v) * expit(-v)
        open_ = -np.expm1(-2 * eta)
        pull = tied * 2 / open_ - up @ expit(-u) - down @ expit(-v)
        extra_curve = left.sum() + right.sum() + 4 * tied * np.exp(-2 * eta) / open_**2
        slope = up * expit(-u) - down * expit(-v)
        return _one_more(
            float(value), slope, left + right, float(pull), right - left, float(extra_curve)
        )


def _hazard(x: Floats) -> Floats:
    # phi(x) / Phi(x), safe far below 0.
    return np.asarray(np.exp(-x * x / 2 - HALF_LOG_TWO_PI - log_ndtr(x)))
