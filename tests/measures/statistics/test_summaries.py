"""Means of sums and medians by ranks, on values worked by hand and on chance."""

from __future__ import annotations

import numpy as np
import pytest

from measures.statistics.known import Known, NotKnown
from measures.statistics.mos import mos_of
from measures.statistics.summaries import mean_of_sums, median_of


def test_a_mean_of_sums_is_the_mean_of_the_values() -> None:
    values = [0.1, 0.4, 0.4, 0.9]
    found = mean_of_sums(4, sum(values), sum(value**2 for value in values))
    other = mos_of(values)
    assert isinstance(found, Known) and isinstance(other, Known)
    assert found.value.value == pytest.approx(0.45)
    assert found.value.interval.low == pytest.approx(other.value.interval.value.low)  # type: ignore[union-attr]


def test_too_little_carries_no_interval() -> None:
    assert isinstance(mean_of_sums(0, 0, 0), NotKnown) and isinstance(median_of([]), NotKnown)
    for found in (mean_of_sums(1, 3, 9), mean_of_sums(3, 6, 12), median_of([1, 2, 3, 4, 5])):
        assert isinstance(found, Known) and isinstance(found.value.interval, NotKnown)


def test_the_medians_ranks_are_those_of_the_tables() -> None:
    # n 10, 95 %: the 2nd and the 9th of the ordered values (coverage 97.9 %).
    found = median_of([10, 1, 9, 2, 8, 3, 7, 4, 6, 5])
    assert isinstance(found, Known)
    interval = found.value.interval
    assert (found.value.value, interval.low, interval.high) == (5.5, 2, 9)  # type: ignore[union-attr]


def test_the_interval_of_the_median_holds_it() -> None:
    draw, hits = np.random.default_rng(1), 0
    for _ in range(1000):
        interval = median_of(draw.exponential(size=30)).value.interval  # type: ignore[union-attr]
        hits += interval.low <= np.log(2) <= interval.high
    assert 935 <= hits <= 980
