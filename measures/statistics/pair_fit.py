"""Newton's method for pair models on large sparse graphs, and the covariance of the worths.

The curvature in the worths is a weighted graph Laplacian plus the regularisation. It is solved by
conjugate gradients (with a sparse factorisation where those stall), so the scores of thousands of
crops cost milliseconds a step. Intervals need the inverse, which is dense within each group.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import lapack
from scipy.sparse import coo_array, csr_array, diags_array
from scipy.sparse.linalg import cg, splu

from measures.statistics.columns import Floats, Integers
from measures.statistics.comparisons import Comparisons
from measures.statistics.pair_models import PairModel, Terms

MAX_STEPS = 200
CLOSE = 1e-10
# A difference or parameter this large (in logits) is on its way to infinity.
RUNAWAY = 30.0
CG_ROUNDS = 1000


@dataclass(frozen=True)
class PairFit:
    """The maximum: worths (K,), each group centred on 0, and the model's further parameters (q,).

    ``lam`` is the regularisation of each group, 0 where there is none. ``extra_covariance`` (q, q)
    is nan where a further parameter cannot be told from the worths.
    """

    votes: Comparisons
    worth: Floats
    extra: Floats
    extra_covariance: Floats
    lam: Floats
    curve: Floats
    cross: Floats
    has_converged: bool


def fit_pairs(votes: Comparisons, model: PairModel, lam: Floats) -> PairFit:
    """Maximises the log-likelihood minus lam/2 times the squared worths; ``lam`` by group."""
    worth, extra = np.zeros(votes.names.size), np.array(model.start, dtype=np.float64)
    ridge = lam[votes.group]
    terms = model.terms(votes, _differences(votes, worth), extra)
    is_flat, has_converged = True, False
    for _ in range(MAX_STEPS):
        step, extra_step, covariance = _step(votes, terms, worth, ridge)
        is_flat = bool(np.isnan(covariance).any())
        size = max(np.abs(step).max(initial=0), np.abs(extra_step).max(initial=0))
        has_converged = bool(size < CLOSE)
        if has_converged or is_flat or _runs_away(votes, worth, extra):
            break
        worth, extra, terms = _climb(votes, model, ridge, (worth, extra, terms), (step, extra_step))
    has_converged = has_converged and not is_flat
    return PairFit(votes, worth, extra, covariance, lam, terms.curve, terms.cross, has_converged)


def is_side_told_apart(votes: Comparisons) -> bool:
    """Whether some pull of the left side cannot be explained by worths, whatever the votes said.

    False where worths exist with left - right = 1 in every row: each crop kept its side.
    """
    free, n = np.zeros(votes.names.size), votes.n
    crossed = _pulled(votes, n)
    explained = crossed @ _solve(_laplacian(votes, n, free), votes, free, crossed)
    return bool(n.sum() - explained > 1e-9 * n.sum())


def covariance_blocks(fit: PairFit) -> list[Floats]:
    """The covariance of the worths, a dense (k, k) block for each group, rows ascending by crop.

    Without regularisation it is the pseudo-inverse: worths are known up to a common constant, and
    the constant is settled by their sum, 0. A further parameter's uncertainty is included.
    """
    order = np.argsort(fit.votes.group, kind="stable")
    sizes = np.bincount(fit.votes.group, minlength=fit.votes.n_groups)
    place = np.empty(order.size, dtype=np.int64)
    place[order] = np.arange(order.size) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    rows = np.argsort(fit.votes.group[fit.votes.left], kind="stable")
    ends = np.searchsorted(fit.votes.group[fit.votes.left][rows], np.arange(fit.votes.n_groups + 1))
    blocks = []
    for at, size in enumerate(sizes.tolist()):
        mine = rows[ends[at] : ends[at + 1]]
        left, right = place[fit.votes.left[mine]], place[fit.votes.right[mine]]
        inverse = _inverse(size, left, right, fit.curve[mine], float(fit.lam[at]))
        blocks.append(_with_extra(fit, inverse, left, right, mine))
    return blocks


def _runs_away(votes: Comparisons, worth: Floats, extra: Floats) -> bool:
    widest = np.abs(_differences(votes, worth)).max(initial=0)
    return bool(max(widest, np.abs(extra).max(initial=0)) > RUNAWAY)


def _differences(votes: Comparisons, worth: Floats) -> Floats:
    return np.asarray(worth[votes.left] - worth[votes.right])


def _pulled(votes: Comparisons, rows: Floats) -> Floats:
    # The transpose of `_differences`: what the rows' slopes do to each worth.
    size = votes.names.size
    pulled = np.bincount(votes.left, rows, size) - np.bincount(votes.right, rows, size)
    return np.asarray(pulled, dtype=np.float64)


def _step(
    votes: Comparisons, terms: Terms, worth: Floats, ridge: Floats
) -> tuple[Floats, Floats, Floats]:
    laplacian = _laplacian(votes, terms.curve, ridge)
    plain = _solve(laplacian, votes, ridge, _pulled(votes, terms.slope) - ridge * worth)
    if terms.extra_slope.size == 0:
        return plain, terms.extra_slope, np.empty((0, 0))
    crossed = np.stack([_pulled(votes, column) for column in terms.cross.T], axis=1)
    bent = np.stack([_solve(laplacian, votes, ridge, column) for column in crossed.T], axis=1)
    rest = terms.extra_curve - crossed.T @ bent
    if not (np.diag(rest) > 1e-9 * np.diag(terms.extra_curve)).all():
        return plain, np.zeros_like(terms.extra_slope), np.full(rest.shape, np.nan)
    covariance = np.asarray(np.linalg.inv(rest), dtype=np.float64)
    extra = covariance @ (terms.extra_slope - crossed.T @ plain)
    return plain - bent @ extra, extra, covariance


def _climb(
    votes: Comparisons,
    model: PairModel,
    ridge: Floats,
    now: tuple[Floats, Floats, Terms],
    step: tuple[Floats, Floats],
) -> tuple[Floats, Floats, Terms]:
    worth, extra, terms = now
    height = terms.value - ridge @ worth**2 / 2
    share = 1.0
    while True:
        there, more = worth + share * step[0], extra + share * step[1]
        found = model.terms(votes, _differences(votes, there), more)
        # Near the top rounding hides the last gains, so a hair of loss is allowed.
        if found.value - ridge @ there**2 / 2 >= height - 1e-9 * (1 + abs(height)) or share < 1e-6:
            return there, more, found
        share /= 2


def _laplacian(votes: Comparisons, curve: Floats, ridge: Floats) -> csr_array:
    size = votes.names.size
    ends = (np.concatenate([votes.left, votes.right]), np.concatenate([votes.right, votes.left]))
    off = coo_array((-np.concatenate([curve, curve]), ends), shape=(size, size)).tocsr()
    return (off + diags_array(ridge - off.sum(axis=1), format="csr")).tocsr()


def _solve(laplacian: csr_array, votes: Comparisons, ridge: Floats, right: Floats) -> Floats:
    # A crop without a decided vote has an empty row and stays at 0.
    diagonal = laplacian.diagonal()
    diagonal = np.where(diagonal > 0, diagonal, 1.0)
    if not right.any():
        return np.zeros_like(right)
    # What rounding leaves in the empty direction would keep the iteration from ending.
    right = _centred(votes, right)
    scaled = diags_array(1 / diagonal, format="csr")
    found, failed = cg(laplacian, right, rtol=1e-11, atol=0.0, maxiter=CG_ROUNDS, M=scaled)
    if failed:
        # One crop of each group is held at 0 where nothing else fixes the constant.
        held = np.unique(votes.group, return_index=True)[1]
        anchor = np.zeros_like(right)
        anchor[held] = np.where(ridge[held] > 0, 0.0, diagonal[held])
        found = splu((laplacian + diags_array(anchor, format="csr")).tocsc()).solve(right)
    return _centred(votes, np.asarray(found, dtype=np.float64))


def _centred(votes: Comparisons, worth: Floats) -> Floats:
    total = np.bincount(votes.group, worth, votes.n_groups)
    return np.asarray(worth - (total / np.bincount(votes.group))[votes.group])


def _inverse(size: int, left: Integers, right: Integers, curve: Floats, lam: float) -> Floats:
    dense = np.zeros((size, size))
    np.add.at(dense, (left, right), -curve)
    dense += dense.T
    np.fill_diagonal(dense, lam - dense.sum(axis=1))
    # A constant in the empty direction of the Laplacian makes it invertible; it is taken out after.
    shift = 0.0 if lam > 0 else float(np.trace(dense)) / size**2
    dense += shift
    # It is symmetric: its transpose is the same matrix in the memory order that LAPACK works in.
    factor, failed = lapack.dpotrf(dense.T, lower=1, overwrite_a=1)
    if failed:
        return np.full((size, size), np.nan)
    inverse, _ = lapack.dpotri(factor, lower=1, overwrite_c=1)
    lower: Floats = np.tril(inverse)
    lower += np.tril(inverse, -1).T
    return lower - 1 / (shift * size**2) if shift > 0 else lower


def _with_extra(
    fit: PairFit, inverse: Floats, left: Integers, right: Integers, rows: Integers
) -> Floats:
    if fit.extra.size == 0:
        return inverse
    cross = fit.cross[rows]
    crossed = np.zeros((inverse.shape[0], cross.shape[1]))
    np.add.at(crossed, left, cross)
    np.subtract.at(crossed, right, cross)
    bent = inverse @ crossed
    return np.asarray(inverse + bent @ fit.extra_covariance @ bent.T)
