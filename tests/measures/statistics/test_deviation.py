"""The leave-one-out rule."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidInput
from measures.statistics.deviation import deviations, flagged_votes, threshold_for

TEN = threshold_for(1, 10)


def test_exactly_three_does_not_flag_and_a_little_more_does() -> None:
    assert deviations({"Ada": 8, "Ben": 5, "Eve": 5}, TEN).flagged == []
    assert deviations({"Ada": 8.01, "Ben": 5, "Eve": 5}, TEN).flagged == ["Ada"]


def test_the_mean_is_that_of_the_others() -> None:
    report = deviations({"Ada": 10, "Ben": 6, "Eve": 5, "Kim": 7}, TEN)
    assert report.deviations["Ada"].mean_of_others == 6
    assert report.deviations["Ada"].distance == 4
    assert report.flagged == ["Ada"]
    assert not report.is_split


def test_one_score_has_no_others() -> None:
    assert deviations({"Ada": 1}, TEN).flagged == []
    assert deviations({}, TEN).flagged == []


@pytest.mark.parametrize(
    ("scores", "is_split"),
    [
        ([1, 1, 10, 10], True),
        ([1, 10], True),
        ([5, 5, 5, 5, 9], False),
        ([1, 5, 5, 5, 10], False),
        ([5, 6], False),
    ],
)
def test_a_split_is_recognised(scores: list[float], is_split: bool) -> None:
    assert deviations(dict(enumerate(scores)), TEN).is_split is is_split


def test_the_threshold_follows_the_scale() -> None:
    assert threshold_for(1, 10) == 3
    assert threshold_for(1, 5) == pytest.approx(4 / 3)
    with pytest.raises(InvalidInput, match="top"):
        threshold_for(5, 5)


@given(st.lists(st.integers(1, 10), min_size=2, max_size=8))
def test_the_identity_with_the_mean_of_all_holds(scores: list[int]) -> None:
    n, mean = len(scores), np.mean(scores)
    for found in deviations(dict(enumerate(scores)), TEN).deviations.values():
        assert found.distance == pytest.approx(n / (n - 1) * abs(found.score - mean))


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 10)), min_size=1, max_size=20))
def test_many_items_at_once_agree_with_one_at_a_time(votes: list[tuple[int, int]]) -> None:
    items, scores = zip(*votes, strict=True)
    got = flagged_votes(items, scores, TEN)
    for item in set(items):
        rows = [row for row, each in enumerate(items) if each == item]
        alone = deviations({row: scores[row] for row in rows}, TEN)
        assert [row for row in rows if got[row]] == alone.flagged
