"""What the primary score's own parameters, being estimates, add to the uncertainty of the items.

The posterior of an item takes the raters' biases and noises as known. With few items or raters
they are not, and intervals that forget it are too narrow. Three parts, each by the delta method
from the Fisher information of the marginal likelihood (as Kenward and Roger 1997 do for mixed
models): the biases' covariance, the shift of the mean with the variances, and the degrees of
freedom of the variance itself (Satterthwaite), for Student's factor in place of 1.96.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, diags_array, hstack

from measures.statistics.primary_results import MIN_ITEMS, MIN_RATERS, Floats
from measures.statistics.primary_votes import RatingVotes

# Beyond this many raters in one group the matrices would not pay; nothing is added there.
MAX_RATERS = 2000
CHUNK_CELLS = 4_000_000


@dataclass(frozen=True)
class Parameters:
    """The fitted parameters: of raters (bias, noise v^2), of groups (mu, tau^2)."""

    bias: Floats
    noise: Floats
    mu: Floats
    tau2: Floats
    nu0: float


@dataclass(frozen=True)
class Uncertainty:
    """Per item the whole variance, in squared grades, and its degrees of freedom."""

    variance: Floats
    freedom: Floats


@dataclass(frozen=True)
class _Group:
    """One connected group: ``counts`` and ``around`` are items by raters, votes and residuals."""

    counts: csr_array
    around: csr_array  # the sum of x - b - m over the votes
    weight: Floats  # 1 / v^2 of each rater
    variance: Floats  # s of each item
    gap: Floats  # mu - m of each item
    tau2: float
    nu0: float


def uncertainty(
    votes: RatingVotes, parameters: Parameters, mean: Floats, variance: Floats
) -> Uncertainty:
    """From the fit's state: ``mean`` and ``variance`` are the items' posterior given the rest."""
    whole, freedom = variance.copy(), np.full(variance.size, np.inf)
    for number in range(votes.n_components):
        rows = np.flatnonzero(votes.item_component == number)
        columns = np.flatnonzero(votes.rater_component == number)
        if rows.size < MIN_ITEMS or not MIN_RATERS <= columns.size <= MAX_RATERS:
            continue
        counts = votes.by_item[rows][:, columns]
        around = votes.score_by_item[rows][:, columns]
        around = around - _scaled(counts, mean[rows], parameters.bias[columns])
        group = _Group(
            counts,
            around,
            1 / parameters.noise[columns],
            variance[rows],
            parameters.mu[number] - mean[rows],
            float(parameters.tau2[number]),
            parameters.nu0,
        )
        covariance = _covariance_of_variances(group)
        whole[rows] += _from_biases(group) + _from_variances(group, covariance)
        freedom[rows] = _freedom(group, covariance)
    return Uncertainty(whole, freedom)


def _scaled(counts: csr_array, by_row: Floats, by_column: Floats) -> csr_array:
    # The votes' counts times (row value + column value).
    rows = diags_array(by_row, format="csr") @ counts
    return (rows + counts @ diags_array(by_column, format="csr")).tocsr()


def _quadratic(rows: csr_array, matrix: Floats) -> Floats:
    """x' M x of each sparse row x, some rows at a time."""
    step = max(1, CHUNK_CELLS // matrix.shape[0])
    found = [
        np.asarray(part.multiply(part @ matrix).sum(axis=1)).ravel()
        for part in (rows[at : at + step] for at in range(0, rows.shape[0], step))
    ]
    return np.concatenate(found)


def _from_biases(group: _Group) -> Floats:
    # With c = mu + b, m_j moves by 1/R - s_j w_i for each c_i; the information of c is X' S^-1 X.
    weighted = group.counts @ diags_array(group.weight, format="csr")
    spread = diags_array(group.variance, format="csr")
    pulled = (weighted.T @ (spread @ weighted)).toarray()
    information = np.diag(np.asarray(weighted.sum(axis=0)).ravel()) - pulled
    covariance = np.linalg.inv(information)
    raters, moved = group.weight.size, spread @ weighted
    common = covariance.sum() / raters**2 - 2 * (moved @ covariance.sum(axis=1)) / raters
    return np.asarray(np.maximum(common + _quadratic(moved.tocsr(), covariance), 0.0))


def _covariance_of_variances(group: _Group) -> Floats:
    # Of (v_1^2 .. v_R^2, tau^2): the inverse of half the traces of S^-1 D S^-1 D'.
    w, s, counts, raters = group.weight, group.variance, group.counts, group.weight.size
    squares = counts @ diags_array(w**2, format="csr")
    information = np.empty((raters + 1, raters + 1))
    root = diags_array(s, format="csr") @ squares
    information[:raters, :raters] = (root.T @ root).toarray()
    diagonal = counts.T @ np.ones(s.size) * w**2 - 2 * w**3 * (counts.T @ s)
    diagonal += w**4 * (counts.power(2).T @ s**2) + group.nu0 * w**2
    np.fill_diagonal(information[:raters, :raters], diagonal)
    shrunk = s / group.tau2
    information[raters, :raters] = w**2 * (counts.T @ shrunk**2)
    information[:raters, raters] = information[raters, :raters]
    information[raters, raters] = float(((counts @ w * shrunk) ** 2).sum())
    return np.asarray(np.linalg.pinv(information / 2, hermitian=True), dtype=np.float64)


def _from_variances(group: _Group, covariance: Floats) -> Floats:
    by_rater = group.around @ diags_array(group.weight**2, format="csr")
    by_rater = diags_array(-group.variance, format="csr") @ by_rater
    by_tau = (-group.variance * group.gap / group.tau2**2)[:, None]
    moved = hstack([by_rater, csr_array(by_tau)], format="csr")
    return np.maximum(_quadratic(moved, covariance), 0.0)


def _freedom(group: _Group, covariance: Floats) -> Floats:
    squared = group.variance**2
    by_rater = group.counts @ diags_array(group.weight**2, format="csr")
    by_rater = diags_array(squared, format="csr") @ by_rater
    moved = hstack([by_rater, csr_array((squared / group.tau2**2)[:, None])], format="csr")
    spread = np.maximum(_quadratic(moved, covariance), 1e-300)
    return np.asarray(np.maximum(2 * squared / spread, 1.0))
