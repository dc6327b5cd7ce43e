"""The same answer, the most common one, and how a model is to write it."""

from __future__ import annotations

import pytest

from core.errors import InvalidInput
from measures.answers import as_target, majority_answer, same_answer


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("The harbour.", "harbour", True),
        ("two", "2", True),
        ("Boat", "ship", False),
        ("", " ", True),
    ],
)
def test_same_by_the_rules_of_the_challenge(one: str, other: str, is_same: bool) -> None:
    assert same_answer(one, other) is is_same


def test_the_most_common_answer_as_it_was_first_written() -> None:
    assert majority_answer(["red", "Blue", "blue.", "the blue"]) == "Blue"
    assert majority_answer(["red", "blue"]) == "red"
    with pytest.raises(InvalidInput):
        majority_answer([])


@pytest.mark.parametrize(
    ("answer", "target"),
    [("STOP", "Stop."), ("  the  Harbour.", "The harbour."), ("1,000", "1,000."), ("a", "A.")],
)
def test_a_target_is_a_short_sentence(answer: str, target: str) -> None:
    assert as_target(answer) == target


def test_nothing_is_no_target() -> None:
    with pytest.raises(InvalidInput):
        as_target(" . ")
