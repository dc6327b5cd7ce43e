"""The primary score: raters' bias and inconsistency taken out."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import multivariate_normal

from core.errors import InvalidInput
from measures.statistics import Known, NotKnown
from measures.statistics.primary import PrimaryFit, fit_primary, score_with

Votes = tuple[np.ndarray, np.ndarray, np.ndarray]


def panel(seed: int, raters: int = 5, items: int = 40, share: float = 1.0) -> tuple[Votes, dict]:
    """Votes of a simulated panel and the truth behind them; the first rater is erratic."""
    rng = np.random.default_rng(seed)
    truth = {"item": rng.normal(5, 1.2, items), "bias": rng.normal(0, 0.5, raters)}
    truth["bias"] -= truth["bias"].mean()
    noise = rng.uniform(0.5, 1.0, raters)
    noise[0] = 2.0
    table = (
        truth["item"] + truth["bias"][:, None] + rng.normal(size=(raters, items)) * noise[:, None]
    )
    rater, item = np.nonzero(rng.random((raters, items)) <= share)
    return (rater, item, table[rater, item]), truth


def negative_likelihood(free: np.ndarray, votes: Votes, raters: int) -> float:
    """Minus the marginal log-likelihood, item by item, from its textbook form."""
    bias = np.append(free[: raters - 1], -free[: raters - 1].sum())
    noise, mu, tau = np.exp(free[raters - 1 : -2]), free[-2], np.exp(free[-1])
    total = 0.0
    for item in np.unique(votes[1]):
        mine = votes[1] == item
        who = votes[0][mine]
        covariance = np.diag(noise[who] ** 2) + tau**2
        total -= multivariate_normal.logpdf(votes[2][mine], mu + bias[who], covariance)
    return float(total)


def test_the_fit_is_the_maximum_of_the_marginal_likelihood() -> None:
    votes, _ = panel(1, raters=4, items=30, share=0.8)
    fit = fit_primary(*votes, step=0, nu0=0, tolerance=1e-12, max_rounds=20_000)
    start = np.concatenate([np.zeros(3), np.zeros(4), [5.0, 0.0]])
    best = minimize(
        negative_likelihood, start, args=(votes, 4), method="BFGS", options={"gtol": 1e-6}
    )
    component = fit.components[0]
    assert fit.bias[:3] == pytest.approx(best.x[:3], abs=1e-4)
    assert np.log(fit.inconsistency) == pytest.approx(best.x[3:7], abs=1e-4)
    assert (component.mu, np.log(component.tau)) == pytest.approx(tuple(best.x[7:]), abs=1e-4)
    at_fit = np.concatenate(
        [fit.bias[:3], np.log(fit.inconsistency), [component.mu, np.log(component.tau)]]
    )
    assert negative_likelihood(at_fit, votes, 4) == pytest.approx(best.fun, abs=1e-7)


def test_it_beats_the_plain_mean_and_its_intervals_hold() -> None:
    errors, plain, covered = [], [], []
    for seed in range(30):
        votes, truth = panel(seed, items=60)
        fit = fit_primary(*votes, step=0)
        mean = np.bincount(votes[1], votes[2]) / np.bincount(votes[1])
        errors.append(np.mean((fit.mean - truth["item"]) ** 2))
        plain.append(np.mean((mean - truth["item"]) ** 2))
        covered.append(np.mean(np.abs(fit.mean - truth["item"]) < fit.half_width))
    assert np.mean(errors) < 0.75 * np.mean(plain)
    assert 0.93 <= np.mean(covered) <= 0.97


def test_a_severe_rater_is_found_by_bias_and_an_erratic_one_by_inconsistency() -> None:
    votes, truth = panel(3, items=200)
    fit = fit_primary(*votes)
    assert fit.bias == pytest.approx(truth["bias"], abs=0.3)
    assert fit.inconsistency.argmax() == 0


def test_a_constant_added_to_one_rater_moves_only_that_bias() -> None:
    (rater, item, score), _ = panel(4)
    before = fit_primary(rater, item, score, tolerance=1e-10)
    after = fit_primary(rater, item, score + 2.0 * (rater == 1), tolerance=1e-10)
    assert after.bias - before.bias == pytest.approx([-0.4, 1.6, -0.4, -0.4, -0.4], abs=1e-6)
    assert after.mean - before.mean == pytest.approx(np.full(40, 0.4), abs=1e-6)
    assert after.inconsistency == pytest.approx(before.inconsistency, abs=1e-6)


def test_relabelling_changes_nothing() -> None:
    (rater, item, score), _ = panel(5, share=0.7)
    before = fit_primary(rater, item, score)
    after = fit_primary(90 - rater, 500 - 3 * item, score)
    assert after.mean[::-1] == pytest.approx(before.mean)
    assert after.bias[::-1] == pytest.approx(before.bias)


def test_groups_without_common_raters_are_fitted_apart() -> None:
    (rater, item, score), _ = panel(6, items=20)
    both = fit_primary(
        np.concatenate([rater, rater + 10]),
        np.concatenate([item, item + 100]),
        np.concatenate([score, score + 3]),
    )
    assert len(both.components) == 2
    assert both.mean[20:] - both.mean[:20] == pytest.approx(np.full(20, 3.0), abs=1e-4)
    assert both.bias[:5] == pytest.approx(both.bias[5:], abs=1e-4)


def reason(fit: PrimaryFit, item: int) -> str:
    """Why an item has no score."""
    found = fit.item(item)
    assert isinstance(found, NotKnown)
    return str(found)


def test_what_cannot_be_known_says_why() -> None:
    alone = fit_primary(np.zeros(20), np.arange(20), np.arange(20) % 5)
    assert "only one rater" in reason(alone, 3)
    few = fit_primary([1, 2, 1, 2], [1, 1, 2, 2], [3, 4, 4, 5])
    assert "fewer than 10 items" in reason(few, 1)
    assert isinstance(few.rater(1), NotKnown)
    assert "nobody" in reason(few, 77)
    assert "nobody" in reason(fit_primary([], [], []), 1)


def test_equal_votes_still_carry_an_honest_interval() -> None:
    rater, item = np.divmod(np.arange(60), 20)
    fit = fit_primary(rater, item, np.full(60, 4.0))
    score = fit.item(0)
    assert isinstance(score, Known)
    assert score.value.mean == pytest.approx(4)
    assert score.value.interval.half_width > 0.1


def test_a_provisional_score_is_that_of_the_fit() -> None:
    votes, _ = panel(7, items=30)
    fit = fit_primary(*votes, tolerance=1e-10)
    habits = {
        rater: found.value for rater in range(5) if isinstance(found := fit.rater(rater), Known)
    }
    mine = {int(r): float(x) for r, i, x in zip(*votes, strict=True) if i == 8}
    again, score = score_with(fit.components[0], mine, habits), fit.item(8)
    assert isinstance(again, Known)
    assert isinstance(score, Known)
    assert again.value.mean == pytest.approx(score.value.mean)
    given = float(fit.given_sd[fit.items == 8][0])
    assert again.value.sd == pytest.approx(given * fit.components[0].inflation)
    assert 1 < fit.components[0].inflation < 1.2
    assert again.value.unshrunk == pytest.approx(score.value.unshrunk)
    assert isinstance(score_with(fit.components[0], {"new": 5.0}, {}), Known)


def test_wrong_votes_are_refused() -> None:
    with pytest.raises(InvalidInput, match="equal length"):
        fit_primary([1], [1, 2], [3.0])
    with pytest.raises(InvalidInput, match="not a number"):
        fit_primary([1], [1], [float("inf")])
