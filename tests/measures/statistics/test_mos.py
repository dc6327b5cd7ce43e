"""MOS, SOS and the t interval."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from core.errors import InvalidInput
from measures.statistics import Interval, Known, NotKnown
from measures.statistics.mos import Mos, mos_of, mos_table, t_factor


def known_mos(scores: list[float]) -> Mos:
    """The score of votes that are there."""
    found = mos_of(scores)
    assert isinstance(found, Known)
    return found.value


def test_five_votes_by_hand() -> None:
    score = known_mos([3, 4, 4, 5, 4])
    assert (score.n, score.mean) == (5, 4.0)
    assert score.sos == Known(pytest.approx(0.5**0.5))
    half = 2.7764451 * 0.5**0.5 / 5**0.5
    assert score.interval == Known(Interval(pytest.approx(4 - half), pytest.approx(4 + half)))


def test_the_factors_are_students() -> None:
    assert t_factor([2, 3, 4, 5, 6]).round(3).tolist() == [12.706, 4.303, 3.182, 2.776, 2.571]


def test_no_vote_is_no_score() -> None:
    found = mos_of([])
    assert str(found) == "not known, because nobody has scored it yet"


def test_one_vote_has_a_mean_and_nothing_else() -> None:
    score = known_mos([7])
    assert score.mean == 7
    assert isinstance(score.sos, NotKnown)
    assert isinstance(score.interval, NotKnown)


def test_equal_votes_carry_no_interval() -> None:
    score = known_mos([4, 4, 4])
    assert score.sos == Known(0.0)
    assert "all votes are equal" in str(score.interval)


@given(st.lists(st.integers(1, 10), min_size=2, max_size=30).filter(lambda v: len(set(v)) > 1))
def test_the_interval_agrees_with_scipy(votes: list[int]) -> None:
    score = known_mos([float(vote) for vote in votes])
    assert isinstance(score.interval, Known)
    low, high = stats.t.interval(0.95, len(votes) - 1, loc=np.mean(votes), scale=stats.sem(votes))
    assert (score.interval.value.low, score.interval.value.high) == pytest.approx((low, high))


def test_many_items_at_once_agree_with_one_at_a_time() -> None:
    rng = np.random.default_rng(5)
    items, scores = rng.integers(0, 40, 200), rng.integers(1, 6, 200).astype(float)
    table = dict(mos_table(items, scores).rows())
    assert set(table) == set(items.tolist())
    for item, score in table.items():
        alone = known_mos(scores[items == item].tolist())
        assert (score.n, type(score.interval)) == (alone.n, type(alone.interval))
        assert score.mean == pytest.approx(alone.mean)


def test_wrong_votes_are_refused() -> None:
    with pytest.raises(InvalidInput, match="not a number"):
        mos_table([1], [float("nan")])
    with pytest.raises(InvalidInput, match="equal length"):
        mos_table([1, 2], [3.0])


def test_the_variance_of_the_mean_is_known_where_the_interval_is() -> None:
    assert known_mos([3, 4, 4, 5, 4]).variance_of_mean == Known(pytest.approx(0.1))
    assert "all votes are equal" in str(known_mos([4, 4]).variance_of_mean)
    assert "one vote" in str(known_mos([4]).variance_of_mean)
