"""P(better), P(best), what to train on, and whether probabilities hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import binomtest, norm

from core.errors import InvalidInput
from measures.statistics import Known
from measures.statistics.best import (
    better_matrix,
    probability_best,
    probability_best_joint,
    winners,
)
from measures.statistics.calibration import calibration
from measures.statistics.primary import fit_primary
from tests.measures.reference_data import needs_reference_data
from tests.measures.statistics.real_panel import as_columns, cadb_table


def best(means: list[float], variances: list[float]) -> np.ndarray:
    """Probabilities that must exist."""
    found = probability_best(means, variances)
    assert isinstance(found, Known)
    return found.value


def by_quadrature(mean: np.ndarray, sd: np.ndarray, row: int) -> float:
    """The integral of one density times the other distributions, adaptively."""
    others = [k for k in range(mean.size) if k != row]

    def at(z: float) -> float:
        x = mean[row] + sd[row] * z
        return float(norm.pdf(z) * np.prod(norm.cdf((x - mean[others]) / sd[others])))

    breaks = np.clip((mean - mean[row]) / sd[row], -8, 8)
    return float(quad(at, -9, 9, points=breaks, limit=400, epsabs=1e-11)[0])


def test_two_crops_are_phi_of_the_gap() -> None:
    assert best([4, 3.4], [0.09, 0.16])[0] == pytest.approx(norm.cdf(1.2), abs=1e-9)
    matrix = better_matrix([4, 3.4], [0.09, 0.16])
    assert matrix[0, 1] == pytest.approx(norm.cdf(1.2))
    assert matrix + matrix.T == pytest.approx(np.ones((2, 2)))


@pytest.mark.parametrize("seed", range(3))
def test_it_is_the_integral(seed: int) -> None:
    rng = np.random.default_rng(seed)
    mean, sd = rng.normal(3, 0.5, 8), np.exp(rng.normal(-1.5, 1, 8))
    found = best(mean, sd**2)
    for row in range(8):
        assert found[row] == pytest.approx(by_quadrature(mean, sd, row), abs=1e-6)


@needs_reference_data
def test_on_a_real_panel() -> None:
    fit = fit_primary(*as_columns(cadb_table(60)))
    found = best(fit.mean[:20], fit.sd[:20] ** 2)
    for row in (0, 7, 19):
        assert found[row] == pytest.approx(by_quadrature(fit.mean[:20], fit.sd[:20], row), abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.floats(1, 10), st.floats(0.01, 2)), min_size=1, max_size=30))
def test_relabelling_crops_changes_nothing(crops: list[tuple[float, float]]) -> None:
    means, variances = (list(column) for column in zip(*crops, strict=True))
    found = best(means, variances)
    assert found.sum() == pytest.approx(1)
    assert best(means[::-1], variances[::-1])[::-1] == pytest.approx(found, abs=1e-9)


def test_draws_take_the_covariance_along() -> None:
    alone = probability_best_joint([3.0, 2.8, 2.0], np.diag([0.1, 0.2, 0.3]), draws=40_000)
    assert isinstance(alone, Known)
    assert alone.value == pytest.approx(best([3.0, 2.8, 2.0], [0.1, 0.2, 0.3]), abs=0.01)
    together = np.array([[0.2, 0.19], [0.19, 0.2]])
    joint = probability_best_joint([3.0, 2.8], together, draws=40_000)
    assert isinstance(joint, Known)
    assert joint.value[0] == pytest.approx(norm.cdf(0.2 / 0.02**0.5), abs=0.01)
    assert better_matrix([3.0, 2.8], together)[0, 1] == pytest.approx(norm.cdf(0.2 / 0.02**0.5))


def test_the_winner_is_taken_alone_only_if_it_is_sure() -> None:
    sure = winners([0.1, 0.6, 0.3])
    assert (sure.rows.tolist(), sure.is_sure) == ([1], True)
    several = winners([0.3, 0.1, 0.15, 0.45])
    assert (several.rows.tolist(), several.is_sure) == ([3, 0], False)
    assert winners([0.1] * 10).rows.size == 0


def test_undefined_cases_say_why() -> None:
    assert "no crop" in str(probability_best([], []))
    assert "exact" in str(probability_best([1, 2], [0, 1]))
    assert "no crop" in str(probability_best_joint([], np.empty((0, 0))))
    with pytest.raises(InvalidInput, match="equal length"):
        probability_best([1], [1, 2])
    with pytest.raises(InvalidInput, match="covariance"):
        better_matrix([1, 2], np.eye(3))
    assert better_matrix([1, 2], [0, 0]).tolist() == [[0.5, 0], [1, 0.5]]


def test_calibration_by_hand() -> None:
    found = calibration([0.62, 0.68, 0.95, 1.0], [1, 0, 1, 1])
    assert isinstance(found, Known)
    first, last = found.value.bins
    assert (first.low, first.predicted, first.observed.share) == pytest.approx((0.6, 0.65, 0.5))
    assert last.observed.n == 2
    low = binomtest(1, 2).proportion_ci(method="wilson").low
    assert first.observed.interval.low == pytest.approx(low)
    assert found.value.brier == pytest.approx((0.38**2 + 0.68**2 + 0.05**2) / 4)
    assert found.value.error == pytest.approx((2 * 0.15 + 2 * 0.025) / 4)


def test_calibration_of_nothing_and_of_nonsense() -> None:
    assert "held back" in str(calibration([], []))
    with pytest.raises(InvalidInput, match="from 0 to 1"):
        calibration([1.2], [1])


def test_the_models_probabilities_hold() -> None:
    predicted, true = [], []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        worth = rng.normal(3, 0.7, 80)
        noise = np.append(1.5, rng.uniform(0.4, 0.9, 4))
        table = worth[:, None] + rng.normal(0, 0.4, 5) + noise * rng.normal(size=(80, 5))
        fit = fit_primary(*as_columns(np.clip(np.round(table), 1, 5)))
        predicted.append(better_matrix(fit.mean, fit.sd**2)[0::2, 1::2].diagonal())
        true.append(worth[0::2] > worth[1::2])
    found = calibration(np.concatenate(predicted), np.concatenate(true), bins=5)
    assert isinstance(found, Known)
    assert found.value.error < 0.06
    assert found.value.brier < 0.2
