"""Pairs of crops: swap error and agreement with single votes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidInput
from measures.metrics import Votes, chosen_box, evaluate_votes, registry
from measures.statistics import Known, NotKnown

# Five votes a pair; the model is right, wrong, undecided and right.
CASE = Votes.of([[3, 1], [1, 2], [2, 2], [0, 9]], [[4, 1], [3, 2], [5, 0], [2, 3]])

pairs = st.lists(
    st.tuples(*[st.integers(0, 5).map(float)] * 4).filter(lambda row: row[2] != row[3]),
    min_size=1,
    max_size=12,
)


def value(name: str, case: Votes) -> object:
    """The figure of one photo."""
    return registry.get(name)().value_of(case)


def both(rows: list[tuple[float, ...]]) -> tuple[list[list[float]], list[list[float]]]:
    """Rows of four as scores and counts."""
    return [list(row[:2]) for row in rows], [list(row[2:]) for row in rows]


def test_swap_error_by_hand() -> None:
    assert value("swap_error", CASE) == pytest.approx((0 + 1 + 0.5 + 0) / 4)


def test_vote_agreement_by_hand() -> None:
    assert value("vote_agreement", CASE) == pytest.approx((4 + 2 + 2.5 + 3) / 20)
    parts = registry.get("vote_agreement")().parts_of(CASE)
    assert parts["ceiling"] == pytest.approx((4 + 3 + 5 + 3) / 20)


def test_a_tied_vote_says_nothing_about_order() -> None:
    assert value("swap_error", Votes.of([[1, 2], [1, 2]], [[2, 2], [0, 1]])) == 0
    tied = Votes.of([[1, 2]], [[2, 2]])
    assert value("swap_error", tied) == NotKnown("no pair of the photo has a majority")
    assert value("vote_agreement", tied) == 0.5
    assert isinstance(value("vote_agreement", Votes.of([[1, 2]], [[0, 0]])), NotKnown)


@given(pairs)
def test_swapping_the_sides_changes_nothing(rows: list[tuple[float, ...]]) -> None:
    scores, counts = both(rows)
    here = Votes.of(scores, counts)
    there = Votes.of(np.array(scores)[:, ::-1], np.array(counts)[:, ::-1])
    for name in ("swap_error", "vote_agreement"):
        assert value(name, here) == pytest.approx(value(name, there))


@given(pairs)
def test_the_opposite_opinion_has_the_opposite_error(rows: list[tuple[float, ...]]) -> None:
    scores, counts = both(rows)
    here, there = Votes.of(scores, counts), Votes.of(-np.array(scores), counts)
    for name in ("swap_error", "vote_agreement"):
        one, other = value(name, here), value(name, there)
        assert isinstance(one, float)
        assert isinstance(other, float)
        assert one + other == pytest.approx(1)


def test_each_photo_counts_once() -> None:
    right = Votes.of([[2, 1]], [[5, 0]])
    wrong = Votes.of([[1, 2]] * 9, [[5, 0]] * 9)
    assert evaluate_votes([right, wrong])["swap_error"].total.mean == Known(0.5)


def test_the_annotated_window_is_set_beside_every_other() -> None:
    case = Votes.for_best([0.5, 0.9, 0.1, 0.5])
    assert case.scores.tolist() == [[0.5, 0.9], [0.5, 0.1], [0.5, 0.5]]
    assert value("swap_error", case) == pytest.approx((1 + 0 + 0.5) / 3)


def test_the_first_of_equally_good_windows_is_the_answer() -> None:
    windows = [[0, 0, 1, 1], [0, 0, 2, 2], [0, 0, 3, 3]]
    assert chosen_box([1, 7, 7], windows).tolist() == [0, 0, 2, 2]
    with pytest.raises(InvalidInput, match="2 scores do not fit 3 boxes"):
        chosen_box([1, 7], windows)


@pytest.mark.parametrize(
    ("scores", "counts"),
    [([[1, 2]], [[1, -1]]), ([[1, 2]], [[1, 2], [1, 2]]), ([1, 2], [1, 2]), ([[1, np.nan]], [[1, 2]])],
)  # fmt: skip
def test_pairs_that_do_not_fit_are_refused(scores: list[float], counts: list[float]) -> None:
    with pytest.raises(InvalidInput):
        Votes.of(scores, counts)
