"""VQA accuracy with its normalisation, and ANLS."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidInput
from measures.metrics import Reply, evaluate_answers, registry
from measures.metrics._answers import tidied
from measures.statistics import Known, NotKnown

texts = st.text(alphabet="ab c", max_size=8)


def value(name: str, answer: str | None, *accepted: str) -> object:
    """The figure of one answer."""
    return registry.get(name)().value_of(Reply.of(answer, accepted))


@pytest.mark.parametrize("agreeing", range(11))
@pytest.mark.parametrize("name", ["vqa_accuracy", "vqa_accuracy_plain"])
def test_with_ten_people_each_agreeing_one_is_worth_three_tenths(name: str, agreeing: int) -> None:
    accepted = ["stop"] * agreeing + [f"other {at}" for at in range(10 - agreeing)]
    assert value(name, "Stop", *accepted) == pytest.approx(min(1.0, 0.3 * agreeing))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("The Dog.", "dog"),
        ("a  red\n\tcar", "red car"),
        ("Two", "2"),
        ("none", "0"),
        ("eleven", "eleven"),
        ("dont know", "don't know"),
        ("couldnt've", "couldn't've"),
        ("lets go", "lets go"),
        ("yes!", "yes"),
        ("coca-cola", "coca cola"),
        ("coca -cola", "coca cola"),
        ("black,white", "black white"),
        ("black, white", "black white"),
        ("1,000", "1000"),
        ("1,000-mile", "1000mile"),
        ("3.5", "3.5"),
        ("3.", "3"),
        ("st. john", "st john"),
        (".5", ".5"),
        ("a.m.", "am"),
        ("what?", "what"),
        ("a", ""),
        ("", ""),
    ],
)
def test_how_an_answer_is_tidied(said: str, meant: str) -> None:
    assert tidied(said) == meant


@given(st.text(max_size=20))
def test_case_and_space_around_never_count(text: str) -> None:
    assert tidied(f"  {text} ") == tidied(text)


def test_only_the_normalised_figure_knows_that_two_is_2() -> None:
    people = ["2"] * 10
    assert value("vqa_accuracy", "Two.", *people) == 1
    assert value("vqa_accuracy_plain", "Two.", *people) == 0


def test_few_answers_carry_no_consensus() -> None:
    reason = NotKnown("the question has fewer than four people's answers")
    assert value("vqa_accuracy", "yes", "yes", "yes", "yes") == reason
    assert value("vqa_accuracy", "yes", "yes", "yes", "yes", "yes") == 1


@pytest.mark.parametrize(
    ("answer", "accepted", "expected"),
    [
        ("Paris", ["paris"], 1),
        ("pariss", ["paris"], 1 - 1 / 6),
        ("ab", ["ac"], 0),  # exactly half the letters differ
        ("abc", ["abd", "abcd"], 0.75),  # the nearest one counts
        ("london", ["paris"], 0),
        ("New   York ", ["new york"], 1),
        (None, ["paris"], 0),
        ("", [""], 1),
    ],
)
def test_anls_by_hand(answer: str | None, accepted: list[str], expected: float) -> None:
    assert value("anls", answer, *accepted) == pytest.approx(expected)


@given(texts, texts)
def test_anls_agrees_with_the_definition(answer: str, accepted: str) -> None:
    one, other = " ".join(answer.split()), " ".join(accepted.split())

    @cache
    def distance(i: int, j: int) -> int:
        if not (i and j):
            return i + j
        replaced = distance(i - 1, j - 1) + (one[i - 1] != other[j - 1])
        return min(distance(i - 1, j) + 1, distance(i, j - 1) + 1, replaced)

    longest = max(len(one), len(other), 1)
    share = distance(len(one), len(other)) / longest
    assert value("anls", answer, accepted) == pytest.approx(1 - share if share < 0.5 else 0)


@given(texts, st.lists(texts, min_size=4, max_size=12), st.data())
def test_the_order_of_the_people_changes_nothing(
    answer: str, accepted: list[str], data: st.DataObject
) -> None:
    other = data.draw(st.permutations(accepted))
    for name in ("vqa_accuracy", "vqa_accuracy_plain", "anls"):
        assert value(name, answer, *accepted) == pytest.approx(value(name, answer, *other))


def test_the_mean_is_over_questions() -> None:
    cases = [Reply.of("cat", ["cat"]), Reply.of("dog", ["bird"])]
    found = evaluate_answers(cases)
    assert found["anls"].total.mean == Known(0.5)
    assert found["vqa_accuracy"].total.n == 0


@pytest.mark.parametrize("accepted", [[], "yes"])
def test_a_question_needs_a_list_of_answers(accepted: list[str]) -> None:
    with pytest.raises(InvalidInput, match="without an accepted answer"):
        Reply.of("yes", accepted)
