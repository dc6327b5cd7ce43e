"""Majorities of pair votes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta

from core.errors import InvalidInput
from measures.statistics.majority import (
    Majority,
    MajorityRule,
    NoMajority,
    majority,
    probability_preferred,
)

RULE = MajorityRule(min_votes=3, min_share=0.6)
counts = st.integers(0, 40)


def test_the_one_that_most_chose_wins() -> None:
    assert majority("a", "b", 4, 1, RULE) == Majority("a", "b", 4, 1)
    assert majority("a", "b", 2, 3, RULE) == Majority("b", "a", 3, 2)
    assert Majority("a", "b", 4, 1).share == 0.8


@pytest.mark.parametrize(
    ("votes", "why"),
    [
        ((2, 0), NoMajority.FEW_VOTES), ((2, 2), NoMajority.EVEN),
        ((5, 4), NoMajority.SMALL_SHARE), ((0, 0), NoMajority.FEW_VOTES),
    ],
)  # fmt: skip
def test_where_there_is_none_it_says_why(votes: tuple[int, int], why: NoMajority) -> None:
    assert majority("a", "b", *votes, RULE) is why


def test_half_is_never_a_majority() -> None:
    assert majority("a", "b", 2, 2, MajorityRule(1, 0.5)) is NoMajority.EVEN


def test_the_probability_by_hand() -> None:
    assert probability_preferred(3, 0) == pytest.approx(1 - 0.5**4)
    assert probability_preferred(0, 0) == pytest.approx(0.5)
    assert probability_preferred(2, 1) == pytest.approx(11 / 16)


@given(counts, counts)
def test_the_probability_against_the_beta_distribution(votes: int, against: int) -> None:
    assert probability_preferred(votes, against) == pytest.approx(
        float(beta.sf(0.5, votes + 1, against + 1)), abs=1e-9
    )
    both = probability_preferred(votes, against) + probability_preferred(against, votes)
    assert both == pytest.approx(1)


@given(counts, counts)
def test_the_order_of_the_two_changes_nothing(first: int, second: int) -> None:
    assert majority("a", "b", first, second, RULE) == majority("b", "a", second, first, RULE)


@pytest.mark.parametrize("wrong", [{"min_votes": 0}, {"min_share": 0.4}, {"min_share": 1.1}])
def test_rules_that_make_no_sense_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(InvalidInput):
        MajorityRule(**wrong)  # type: ignore[arg-type]
