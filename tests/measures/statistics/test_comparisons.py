"""Pair votes as columns and their graph."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import InvalidInput
from measures.statistics import Known
from measures.statistics.bradley_terry import bradley_terry
from measures.statistics.comparisons import Choice, Comparisons


def test_votes_are_summed_by_ordered_pair() -> None:
    votes = Comparisons.of(["a", "a", "b", "a"], ["b", "b", "a", "b"], [1, 0, 1, 1], [1, 2, 1, 0.5])
    assert votes.names.tolist() == ["a", "b"]
    assert (votes.left.tolist(), votes.right.tolist()) == ([0, 1], [1, 0])
    assert votes.left_won.tolist() == [1.5, 1]
    assert votes.ties.tolist() == [2, 0]
    assert votes.votes_of_crops().tolist() == [4.5, 4.5]


def test_a_group_is_bounded_when_nobody_is_unbeaten() -> None:
    circle = Comparisons.of([1, 2, 3], [2, 3, 1], [Choice.LEFT] * 3)
    assert circle.is_bounded.tolist() == [True]
    unbeaten = Comparisons.of([1, 2, 1], [2, 3, 3], [Choice.LEFT] * 3)
    assert unbeaten.is_bounded.tolist() == [False]
    tied = Comparisons.of([1, 2], [2, 3], [Choice.NEITHER] * 2)
    assert tied.is_bounded.tolist() == [True]


def test_groups_without_a_chain_stand_apart() -> None:
    votes = Comparisons.of([1, 2, 7, 8], [2, 1, 8, 7], [1, 1, 1, -1])
    assert votes.n_groups == 2
    assert votes.group.tolist() == [0, 0, 1, 1]
    assert votes.is_bounded.tolist() == [True, False]
    assert votes.row_of(7) == 2
    assert votes.row_of(5) is None


def test_nothing_compared_is_no_group() -> None:
    assert Comparisons.of([], [], []).n_groups == 0


def test_a_pair_without_a_vote_joins_nothing() -> None:
    votes = Comparisons.of([1, 2, 2], [2, 1, 3], [1, 1, 1], [1, 1, 0])
    assert votes.n_groups == 2
    assert votes.left.size == 2
    scores = bradley_terry([1, 2, 2], [2, 1, 3], [1, 1, 1], [1, 1, 0])
    assert "nobody has compared" in str(scores.crop(3))
    assert isinstance(scores.crop(1), Known)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        (([1], [2, 3], [1]), "equal length"),
        (([1], [2], [2]), "A choice is"),
        (([1], [1], [1]), "itself"),
        (([1], [2], [1], [-1.0]), "count"),
        (([1], [2], [np.nan]), "A choice is"),
    ],
)
def test_wrong_columns_are_refused(columns: tuple[list[float], ...], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        Comparisons.of(*columns)
