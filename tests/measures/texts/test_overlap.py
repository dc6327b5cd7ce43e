"""Runs of words that two texts share, on cases worked by hand."""

from __future__ import annotations

import pytest

from measures.texts.overlap import copied_share, longest_run, shingles, words_of

SOURCE = "The horizon cuts the head of the man, sadly."


def test_words_have_no_case_and_no_punctuation() -> None:
    assert words_of("Don't STOP, now: 2 x!") == ["don't", "stop", "now", "2", "x"]
    assert words_of("太暗 dark") == ["太", "暗", "dark"]


def test_shingles_are_runs_of_words() -> None:
    assert shingles(["a", "b", "c"], 2) == {("a", "b"), ("b", "c")}
    assert shingles(["a"], 2) == {("a",)} and shingles([], 2) == set()


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("the horizon cuts the head of the man", 1.0),  # 4 runs of five, all taken over
        ("the horizon cuts the head at dusk, alas", 0.25),  # the first of 4
        ("nothing of this was said by anybody", 0.0),
        ("", 0.0),
    ],
)
def test_the_copied_share_counts_runs_of_five(text: str, share: float) -> None:
    assert copied_share(text, [SOURCE, "Lovely light."]) == share


def test_the_longest_run_is_found() -> None:
    assert longest_run("See: the HEAD of the man!", SOURCE) == ["the", "head", "of", "the", "man"]
    assert longest_run("", SOURCE) == []
