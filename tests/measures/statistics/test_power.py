"""How many votes it takes, against simulation and enumeration."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from core.errors import InvalidInput
from measures.statistics import Known
from measures.statistics.power import (
    half_width_of,
    pair_power,
    power_of_gap,
    votes_for_gap,
    votes_for_half_width,
    votes_for_pair,
)


def test_the_half_width_by_hand() -> None:
    assert half_width_of(0.8, 5) == Known(pytest.approx(2.7764451 * 0.8 / 5**0.5))
    assert "two votes" in str(half_width_of(0.8, 1))


@pytest.mark.parametrize(("sd", "width"), [(0.8, 0.5), (0.8, 0.3), (1.2, 0.3), (0.3, 1)])
def test_the_votes_for_a_width_are_the_fewest(sd: float, width: float) -> None:
    widths = {n: stats.t.ppf(0.975, n - 1) * sd / n**0.5 for n in range(2, 200)}
    expected = next(n for n, each in widths.items() if each <= width)
    assert votes_for_half_width(sd, width) == Known(expected)


@pytest.mark.parametrize(("gap", "n"), [(0.5, 7), (1.0, 5), (0.2, 20)])
def test_the_power_is_the_share_of_tests_that_find_it(gap: float, n: int) -> None:
    rng = np.random.default_rng(1)
    first, second = rng.normal(gap, 0.8, (40_000, n)), rng.normal(0, 0.8, (40_000, n))
    found = (stats.ttest_rel(first, second, axis=1).pvalue < 0.05).mean()
    assert power_of_gap(gap, 0.8, n) == Known(pytest.approx(found, abs=0.01))


def test_the_raters_for_a_gap_are_the_fewest() -> None:
    needed = votes_for_gap(0.5, 0.8)
    assert isinstance(needed, Known)
    powers = [power_of_gap(0.5, 0.8, needed.value - 1), power_of_gap(0.5, 0.8, needed.value)]
    assert [isinstance(each, Known) and each.value >= 0.8 for each in powers] == [False, True]
    assert "10000" in str(votes_for_gap(0.001, 1))
    assert "two raters" in str(power_of_gap(1, 1, 1))


@pytest.mark.parametrize("n", [5, 6, 17, 40])
def test_the_power_of_a_pair_by_enumeration(n: int) -> None:
    found = [k for k in range(n + 1) if stats.binomtest(k, n).pvalue <= 0.05]
    expected = sum(stats.binom.pmf(k, n, 0.7) for k in found)
    assert pair_power(0.7, n) == Known(pytest.approx(expected, abs=1e-9))


def test_the_votes_for_a_pair_keep_the_power() -> None:
    needed = votes_for_pair(0.75)
    assert isinstance(needed, Known)
    after = [pair_power(0.75, n) for n in range(needed.value, needed.value + 30)]
    assert all(isinstance(each, Known) and each.value >= 0.8 for each in after)
    assert "evenly" in str(votes_for_pair(0.5))
    assert "needs a vote" in str(pair_power(0.7, 0))


def test_wrong_numbers_are_refused() -> None:
    with pytest.raises(InvalidInput, match="sd"):
        votes_for_half_width(0, 0.5)
    with pytest.raises(InvalidInput, match="between 0 and 1"):
        pair_power(1.0, 5)
