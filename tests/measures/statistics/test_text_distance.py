"""Edit distance by words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.statistics.text_distance import text_distance, word_edits

TEXTS = st.lists(st.sampled_from("abc"), max_size=7).map(" ".join)


def slow_edits(before: list[str], after: list[str]) -> int:
    """The recursive definition."""
    if not before or not after:
        return len(before) + len(after)
    return min(
        slow_edits(before[1:], after) + 1,
        slow_edits(before, after[1:]) + 1,
        slow_edits(before[1:], after[1:]) + (before[0] != after[0]),
    )


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", 0),
        ("move closer", "move closer", 0),
        ("move closer", "step closer", 0.5),
        ("", "wait for softer light", 1),
        ("the horizon tilts to the left", "the horizon tilts", 0.5),
    ],
)
def test_by_hand(before: str, after: str, expected: float) -> None:
    assert text_distance(before, after) == expected


@given(TEXTS.filter(lambda t: len(t) < 10), TEXTS.filter(lambda t: len(t) < 10))
def test_it_agrees_with_the_definition(before: str, after: str) -> None:
    assert word_edits(before, after) == slow_edits(before.split(), after.split())


@given(TEXTS, TEXTS)
def test_it_is_symmetric_and_bounded(before: str, after: str) -> None:
    assert text_distance(before, after) == text_distance(after, before)
    assert 0 <= text_distance(before, after) <= 1
