"""Intraclass correlations against published values and a regression by least squares."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InvalidInput
from measures.statistics import Known
from measures.statistics.icc import Icc, icc, raters_needed, reliability_of_fit, spearman_brown
from measures.statistics.primary import fit_primary
from tests.measures.reference_data import needs_reference_data
from tests.measures.statistics.real_panel import as_columns, cadb_table

# Shrout and Fleiss (1979), table 2: six targets, four judges.
PUBLISHED = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float
)


def known(table: np.ndarray) -> Icc:
    """Coefficients that must exist."""
    found = icc(table)
    assert isinstance(found, Known)
    return found.value


def by_regression(table: np.ndarray) -> tuple[float, float]:
    """ICC(2,k) and ICC(3,k) from the residual sums of squares of nested linear models."""
    n, k = table.shape
    row, column = np.divmod(np.arange(n * k), k)
    rows, columns = np.eye(n)[row], np.eye(k)[column]

    def rest(design: np.ndarray) -> float:
        fitted = design @ np.linalg.lstsq(design, table.ravel(), rcond=None)[0]
        return float(((table.ravel() - fitted) ** 2).sum())

    full = rest(np.hstack([rows, columns]))
    error = full / ((n - 1) * (k - 1))
    between = (rest(columns) - full) / (n - 1)
    judges = (rest(rows) - full) / (k - 1)
    return (between - error) / (between + (judges - error) / n), (between - error) / between


def test_the_published_example() -> None:
    found = known(PUBLISHED)
    values = [found.agreement_single, found.consistency_single, found.agreement_mean,
              found.consistency_mean]  # fmt: skip
    assert [round(each.value, 2) for each in values] == [0.29, 0.71, 0.62, 0.91]
    ends = [(0.019, 0.761), (0.342, 0.946), (0.071, 0.927), (0.676, 0.986)]
    for each, (low, high) in zip(values, ends, strict=True):
        assert isinstance(each.interval, Known)
        assert each.interval.value.low == pytest.approx(low, abs=1e-3)
        assert each.interval.value.high == pytest.approx(high, abs=1e-3)


def test_it_agrees_with_a_regression() -> None:
    found = known(PUBLISHED)
    expected = by_regression(PUBLISHED)
    assert (found.agreement_mean.value, found.consistency_mean.value) == pytest.approx(expected)


@needs_reference_data
def test_a_real_panel() -> None:
    table = cadb_table(120)
    found = known(table)
    expected = by_regression(table)
    got = (found.agreement_mean.value, found.consistency_mean.value)
    assert got == pytest.approx(expected, abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 3), st.floats(-3, 3))
def test_a_severe_rater_leaves_consistency_alone(seed: int, rater: int, shift: float) -> None:
    rng = np.random.default_rng(seed)
    table = rng.normal(size=(8, 1)) + 0.5 * rng.normal(size=(8, 4))
    moved = table.copy()
    moved[:, rater] += shift
    assert known(moved).consistency_mean.value == pytest.approx(known(table).consistency_mean.value)
    again = known(table[::-1, ::-1])
    assert again.agreement_single.value == pytest.approx(known(table).agreement_single.value)


def test_spearman_brown_and_back() -> None:
    assert spearman_brown(0.3, 5) == pytest.approx(1.5 / 2.2)
    assert raters_needed(0.3, spearman_brown(0.3, 5)) == Known(pytest.approx(5))
    assert "not above 0" in str(raters_needed(-0.1, 0.8))
    with pytest.raises(InvalidInput, match="between 0 and 1"):
        raters_needed(0.3, 1.0)


def test_the_reliability_of_a_fit_is_what_the_prior_lost() -> None:
    rng = np.random.default_rng(1)
    table = rng.normal(5, 1, (40, 1)) + rng.normal(0, 0.7, (40, 5))
    table[rng.random(table.shape) < 0.3] = np.nan
    fit = fit_primary(*as_columns(table), step=0)
    tau = fit.components[0].tau
    assert reliability_of_fit(fit) == pytest.approx(1 - fit.given_sd**2 / tau**2)


def test_undefined_cases_say_why() -> None:
    gap = PUBLISHED.copy()
    gap[0, 0] = np.nan
    assert "did not score" in str(icc(gap))
    assert "two items" in str(icc([[1, 2, 3]]))
    assert "nothing to tell apart" in str(icc([[1, 2], [1, 2]]))
    exact = known(np.array([[1.0, 1], [2, 2], [4, 4]]))
    assert exact.agreement_mean.value == pytest.approx(1)
    assert "agree exactly" in str(exact.agreement_mean.interval)
