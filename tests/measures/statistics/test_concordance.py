"""Kendall's W against Spearman's correlation and Friedman's test."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import friedmanchisquare, spearmanr

from measures.statistics import Known
from measures.statistics.concordance import Concordance, kendall_w
from tests.measures.reference_data import needs_reference_data
from tests.measures.statistics.real_panel import cadb_table


def known(table: np.ndarray) -> Concordance:
    """An agreement that must exist."""
    found = kendall_w(table)
    assert isinstance(found, Known)
    return found.value


def test_without_ties_it_is_the_mean_spearman() -> None:
    table = np.random.default_rng(1).normal(size=(7, 4))
    pairs = [spearmanr(table[:, a], table[:, b]).statistic for a, b in combinations(range(4), 2)]
    assert known(table).mean_spearman == pytest.approx(np.mean(pairs))


@needs_reference_data
def test_a_real_panel_by_friedmans_test() -> None:
    table = cadb_table(60)
    test = friedmanchisquare(*table)
    found = known(table)
    assert found.chi2 == pytest.approx(test.statistic, abs=1e-6)
    assert found.p == pytest.approx(test.pvalue, abs=1e-6)
    assert found.w == pytest.approx(test.statistic / (5 * 59), abs=1e-9)


@given(st.permutations(range(6)))
def test_one_order_is_perfect_and_relabelling_changes_nothing(order: list[int]) -> None:
    table = np.arange(6.0)[order][:, None] * [1, 2, 3]
    assert known(table).w == pytest.approx(1)


def test_undefined_cases_say_why() -> None:
    assert "two crops" in str(kendall_w([[1, 2]]))
    assert "did not rank" in str(kendall_w([[1, np.nan], [2, 1]]))
    assert "no order" in str(kendall_w([[1, 1], [1, 1]]))
