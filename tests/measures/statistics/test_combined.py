"""Ratings and pair votes on one scale."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import expit, log_expit
from scipy.stats import norm

from measures.statistics import Known, NotKnown
from measures.statistics.combined import LOG_KAPPA_SD, Combined, fit_combined
from measures.statistics.primary import fit_primary

Columns = tuple[np.ndarray, np.ndarray, np.ndarray]


def simulated(seed: int, photos: int = 12, crops: int = 5, votes: int = 500
              ) -> tuple[Columns, Columns, np.ndarray]:  # fmt: skip
    """Ratings with gaps, pair votes within photos (1.3 logits a grade), and the true worths."""
    rng = np.random.default_rng(seed)
    worth = rng.normal(5, 1.2, photos * crops)
    bias, noise = rng.normal(0, 0.5, 5), np.append(1.8, rng.uniform(0.6, 1, 4))
    rater, item = np.nonzero(rng.random((5, worth.size)) < 0.7)
    score = worth[item] + (bias - bias.mean())[rater] + noise[rater] * rng.normal(size=rater.size)
    photo, left = rng.integers(0, photos, votes), rng.integers(0, crops, votes)
    right = (left + rng.integers(1, crops, votes)) % crops
    left, right = photo * crops + left, photo * crops + right
    says_left = rng.random(votes) < expit(1.3 * (worth[left] - worth[right]))
    return (rater, item, score), (left, right, np.where(says_left, 1, -1)), worth


def known(ratings: Columns, pairs: Columns) -> Combined:
    """A fit that must exist."""
    found = fit_combined(ratings, pairs, step=0)
    assert isinstance(found, Known)
    return found.value


def log_posterior(psi: np.ndarray, fit: Combined, ratings: Columns, pairs: Columns) -> float:
    """Of the worths given the fitted habits, up to a constant."""
    rater, item, score = ratings
    left, right, choice = pairs
    rest = (score - fit.bias[rater] - psi[item]) / fit.inconsistency[rater]
    prior = (psi - fit.mu) / fit.tau
    chosen = log_expit(fit.kappa * choice * (psi[left] - psi[right])).sum()
    return float(chosen - (rest @ rest + prior @ prior) / 2)


def lower_bound(free: np.ndarray, fit: Combined, ratings: Columns, pairs: Columns) -> float:
    """The variational bound of a group of two, from its mean and Cholesky factor, by a grid."""
    factor = np.array([[np.exp(free[2]), 0], [free[4], np.exp(free[3])]])
    node, weight = np.polynomial.hermite_e.hermegauss(25)
    total = free[2] + free[3]
    for a, wa in zip(node, weight, strict=True):
        for b, wb in zip(node, weight, strict=True):
            psi = fit.mean.copy()
            psi[fit.members[0]] = free[:2] + factor @ [a, b]
            total += wa * wb * log_posterior(psi, fit, ratings, pairs) / weight.sum() ** 2
    return float(total)


def test_the_posterior_is_the_nearest_normal() -> None:
    ratings, pairs, _ = simulated(1, photos=20, crops=2, votes=200)
    fit = known(ratings, pairs)
    factor = np.linalg.cholesky(fit.blocks[0])
    at = np.array([*fit.mean[fit.members[0]], *np.log(np.diag(factor)), factor[1, 0]])
    top = lower_bound(at, fit, ratings, pairs)
    for step in 1e-3 * np.eye(5):
        up, down = (lower_bound(at + move, fit, ratings, pairs) for move in (step, -step))
        assert (up - down) / 2e-3 == pytest.approx(0, abs=1e-5)
        assert max(up, down) < top


def test_it_is_close_to_the_exact_posterior() -> None:
    ratings, pairs, _ = simulated(2, photos=20, crops=2, votes=200)
    fit = known(ratings, pairs)
    members, grid = fit.members[0], np.linspace(-4, 4, 81)
    points, logs = [], []
    for a in grid:
        for b in grid:
            psi = fit.mean.copy()
            psi[members] += fit.sd[members] * [a, b]
            points.append(psi[members])
            logs.append(log_posterior(psi, fit, ratings, pairs))
    weight = np.exp(np.array(logs) - max(logs))
    mean = weight @ np.array(points) / weight.sum()
    covariance = np.cov(np.array(points).T, aweights=weight)
    assert fit.mean[members] == pytest.approx(mean, abs=0.01)
    assert fit.blocks[0] == pytest.approx(covariance, rel=0.05, abs=0.01)


def expected_choices(log_kappa: float, fit: Combined, pairs: Columns) -> float:
    """The expected log-likelihood of the choices plus the prior of ln kappa, by quadrature."""
    total = -(log_kappa**2) / 2 / LOG_KAPPA_SD**2
    kappa = np.exp(log_kappa)
    for left, right, choice in zip(*pairs, strict=True):
        found = fit.difference(left, right)
        assert isinstance(found, Known)
        d, se = choice * found.value.d, found.value.se
        total += quad(lambda x, d=d, se=se: log_expit(kappa * x) * norm.pdf(x, d, se),
                      d - 8 * se, d + 8 * se)[0]  # fmt: skip
    return float(total)


def test_kappa_is_where_the_expected_likelihood_is_flat() -> None:
    ratings, pairs, _ = simulated(3, votes=60)
    fit = known(ratings, pairs)
    log, step = np.log(fit.kappa), 1e-3
    up, down = (expected_choices(log + move, fit, pairs) for move in (step, -step))
    assert (up - down) / (2 * step) == pytest.approx(0, abs=1e-4)


def test_one_uninformative_pair_leaves_the_primary_score() -> None:
    ratings, _, _ = simulated(4)
    new = (np.array([900, 901]), np.array([901, 900]), np.array([1, 1]))
    fit, plain = known(ratings, new), fit_primary(*ratings, step=0, tolerance=1e-9)
    # Two unrated items join, so the spread of worths moves a little.
    assert fit.mean[:-2] == pytest.approx(plain.mean, abs=0.02)
    assert fit.sd[:-2] == pytest.approx(plain.given_sd, abs=0.02)


def test_pairs_help_and_the_intervals_hold() -> None:
    errors, plain, covered, slopes = [], [], [], []
    for seed in range(3):
        ratings, pairs, worth = simulated(seed, photos=50, votes=3000)
        fit, alone = known(ratings, pairs), fit_primary(*ratings, step=0)
        truth = worth[fit.items]
        errors.append(np.mean((fit.mean - truth) ** 2))
        plain.append(np.mean((alone.mean - worth[alone.items]) ** 2))
        covered.append(np.mean(np.abs(fit.mean - truth) < 1.96 * fit.sd))
        slopes.append(fit.kappa)
    assert np.mean(errors) < 0.7 * np.mean(plain)
    assert 0.92 < np.mean(covered) < 0.97
    assert np.mean(slopes) == pytest.approx(1.3, abs=0.15)


def test_relabelling_and_swapping_change_nothing() -> None:
    (rater, item, score), (left, right, choice), _ = simulated(5)
    before = known((rater, item, score), (left, right, choice))
    after = known((9 - rater, 500 - item, score), (500 - right, 500 - left, -choice))
    assert after.mean[::-1] == pytest.approx(before.mean, abs=1e-5)
    assert after.bias[::-1] == pytest.approx(before.bias, abs=1e-5)
    assert after.kappa == pytest.approx(before.kappa, abs=1e-5)


def test_a_constant_added_to_one_rater_moves_only_that_bias() -> None:
    (rater, item, score), pairs, _ = simulated(6)
    before = known((rater, item, score), pairs)
    after = known((rater, item, score + 2.0 * (rater == 1)), pairs)
    assert after.bias - before.bias == pytest.approx([-0.4, 1.6, -0.4, -0.4, -0.4], abs=1e-4)
    assert after.mean - before.mean == pytest.approx(np.full(before.mean.size, 0.4), abs=1e-4)


def test_undefined_cases_say_why() -> None:
    ratings, pairs, _ = simulated(7)
    nothing = (np.array([]), np.array([]), np.array([]))
    assert "nobody has compared" in str(fit_combined(ratings, nothing))
    assert isinstance(fit_combined(nothing, pairs), NotKnown)
    apart = tuple(np.concatenate([part, part + 1000]) for part in ratings)
    assert "share no item" in str(fit_combined(apart, pairs))
    assert "nobody has scored" in str(known(ratings, pairs).difference(0, 7777))
