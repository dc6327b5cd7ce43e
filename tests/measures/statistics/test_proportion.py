"""Shares with Wilson's interval."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from core.errors import InvalidInput
from measures.statistics import Known
from measures.statistics.proportion import proportion


@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_agrees_with_scipy(counts: tuple[int, int]) -> None:
    found = proportion(*counts)
    assert isinstance(found, Known)
    expected = binomtest(*counts).proportion_ci(method="wilson")
    got = found.value.interval
    assert (got.low, got.high) == pytest.approx((expected.low, expected.high), abs=1e-9)
    assert got.low <= found.value.share <= got.high


def test_nothing_counted_is_not_known_and_nonsense_is_refused() -> None:
    assert str(proportion(0, 0)) == "not known, because nothing was counted"
    with pytest.raises(InvalidInput):
        proportion(3, 2)
