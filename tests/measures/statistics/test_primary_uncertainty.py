"""What uncertain habits add, against dense matrices and numerical derivatives."""

from __future__ import annotations

import numpy as np
import pytest

from measures.statistics import Known
from measures.statistics.primary import PrimaryFit, fit_primary
from tests.measures.reference_data import needs_reference_data
from tests.measures.statistics.real_panel import as_columns, cadb_table

Votes = tuple[np.ndarray, np.ndarray, np.ndarray]


def panel(seed: int, items: int = 14, raters: int = 4) -> Votes:
    """Votes of a simulated panel with gaps."""
    rng = np.random.default_rng(seed)
    table = rng.normal(5, 1, (items, 1)) + rng.normal(0, [0.4, 0.6, 0.8, 1.2], (items, raters))
    table[rng.random(table.shape) < 0.2] = np.nan
    return as_columns(table + np.array([0.3, -0.3, 0.5, 0]))


def posterior(free: np.ndarray, votes: Votes, item: int) -> tuple[float, float]:
    """Mean and variance of an item given c = mu + b of each rater, v^2 of each, tau^2."""
    raters = (free.size - 1) // 2
    mu, bias = free[:raters].mean(), free[:raters] - free[:raters].mean()
    mine = votes[1] == item
    weight = 1 / free[raters:-1][votes[0][mine]]
    precision = 1 / free[-1] + weight.sum()
    pull = mu / free[-1] + weight @ (votes[2][mine] - bias[votes[0][mine]])
    return pull / precision, 1 / precision


def information(free: np.ndarray, votes: Votes, nu0: float) -> np.ndarray:
    """Fisher's, item by item from dense covariance matrices, with the noise's pseudo-votes."""
    raters = (free.size - 1) // 2
    total = np.zeros((free.size, free.size))
    for item in np.unique(votes[1]):
        who = votes[0][votes[1] == item]
        inverse = np.linalg.inv(np.diag(free[raters:-1][who]) + free[-1])
        total[np.ix_(who, who)] += inverse
        slopes = [np.diag((who == rater).astype(float)) for rater in range(raters)]
        slopes.append(np.ones((who.size, who.size)))
        for a, first in enumerate(slopes):
            for b, second in enumerate(slopes):
                trace = np.trace(inverse @ first @ inverse @ second)
                total[raters + a, raters + b] += trace / 2
    noise = np.arange(raters, 2 * raters)
    total[noise, noise] += nu0 / 2 / free[raters:-1] ** 2
    return total


def by_delta_method(fit: PrimaryFit, votes: Votes, item: int, nu0: float) -> tuple[float, float]:
    """The whole variance and the degrees of freedom, from numerical slopes."""
    component = fit.components[0]
    free = np.concatenate([component.mu + fit.bias, fit.inconsistency**2, [component.tau**2]])
    covariance = np.linalg.inv(information(free, votes, nu0))
    slopes = np.array([
        [(up - down) / 2e-5 for up, down in zip(posterior(free + step, votes, item),
                                                posterior(free - step, votes, item), strict=True)]
        for step in 1e-5 * np.eye(free.size)
    ])  # fmt: skip
    variance = posterior(free, votes, item)[1]
    whole = variance + slopes[:, 0] @ covariance @ slopes[:, 0]
    return whole, 2 * variance**2 / (slopes[:, 1] @ covariance @ slopes[:, 1])


@pytest.mark.parametrize("nu0", [0.0, 5.0])
def test_it_is_the_delta_method(nu0: float) -> None:
    votes = panel(1)
    fit = fit_primary(*votes, step=0, nu0=nu0, tolerance=1e-9)
    for item in range(14):
        whole, freedom = by_delta_method(fit, votes, item, nu0)
        row = int(np.flatnonzero(fit.items == item)[0])
        assert fit.sd[row] ** 2 == pytest.approx(whole, abs=1e-6)
        assert fit.freedom[row] == pytest.approx(max(freedom, 1), rel=1e-5)


@needs_reference_data
def test_a_real_panel() -> None:
    votes = as_columns(cadb_table(40))
    fit = fit_primary(*votes)
    for item in (0, 13, 39):
        whole, freedom = by_delta_method(fit, votes, item, 5.0)
        assert fit.sd[item] ** 2 == pytest.approx(whole, abs=1e-6)
        assert fit.freedom[item] == pytest.approx(freedom, rel=1e-5)


def test_the_intervals_of_small_whole_grade_panels_hold() -> None:
    held = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        truth, bias = rng.normal(3, 0.7, 30), rng.normal(0, 0.4, 5)
        noise = np.append(1.5, rng.uniform(0.4, 0.9, 4))
        table = truth[:, None] + bias + noise * rng.normal(size=(30, 5))
        fit = fit_primary(*as_columns(np.clip(np.round(table), 1, 5)))
        held.append(np.abs(fit.mean - truth - bias.mean()) <= fit.half_width)
    assert 0.93 <= np.mean(held) <= 0.97


def test_the_interval_is_students() -> None:
    fit = fit_primary(*panel(2))
    score = fit.item(3)
    assert isinstance(score, Known)
    assert score.value.interval.half_width == pytest.approx(fit.half_width[fit.items == 3][0])
    assert score.value.interval.half_width > 1.96 * score.value.sd


def test_groups_apart_add_what_each_adds_alone() -> None:
    rater, item, score = panel(3)
    both = fit_primary(np.r_[rater, rater + 9], np.r_[item, item + 99], np.r_[score, score])
    alone = fit_primary(rater, item, score)
    assert both.sd == pytest.approx(np.tile(alone.sd, 2), abs=1e-5)
    assert both.freedom == pytest.approx(np.tile(alone.freedom, 2), rel=1e-3)
