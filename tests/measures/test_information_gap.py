"""The resolution search, worked by hand; every way in which no size is found has its words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidInput
from measures.information_gap import Sampled, find_gap, sizes_below

FULL = Sampled(2048, ("Harbour", "the harbour", "harbour.", "port"))


def test_the_highest_size_at_which_answers_disagree() -> None:
    levels = [
        FULL,
        Sampled(1024, ("harbour", "harbour", "port", "port")),
        Sampled(512, ("beach", "harbour", "port", "sea")),
        Sampled(256, ("sky", "sky", "sky", "sky")),
    ]
    gap = find_gap(levels, 0.5)
    assert (gap.side, gap.reason, gap.answer) == (512, "", "Harbour")
    assert gap.agreements == (0.75, 0.5, 0.25, 0.0)
    assert find_gap(levels, 0.6).side == 1024


def test_a_size_above_a_disagreeing_one_is_not_chosen_for_a_later_dip() -> None:
    levels = [FULL, Sampled(1024, ("port",)), Sampled(512, ("harbour",))]
    assert find_gap(levels).side == 1024


@pytest.mark.parametrize(
    ("levels", "threshold", "words"),
    [
        ([FULL, Sampled(512, ("sea",))], 0.8, "Already at full size only 75%"),
        ([FULL, Sampled(512, ("harbour",))], 0.5, "agree at every size down to 512 px"),
        ([FULL], 0.5, "no larger than 2048 px"),
        ([Sampled(2048, ("", "", "sea")), Sampled(512, ("",))], 0.5, "mostly gives no answer"),
    ],
)
def test_no_size_is_found_in_words(levels: list[Sampled], threshold: float, words: str) -> None:
    gap = find_gap(levels, threshold)
    assert gap.side is None
    assert words in gap.reason


@pytest.mark.parametrize(
    ("levels", "threshold"),
    [([], 0.5), ([Sampled(9, ())], 0.5), ([FULL, FULL], 0.5), ([FULL], 0), ([FULL], 1.1)],
)
def test_what_is_no_search_is_refused(levels: list[Sampled], threshold: float) -> None:
    with pytest.raises(InvalidInput):
        find_gap(levels, threshold)


def test_sizes_below_full_size_each_once() -> None:
    assert sizes_below(1000, [256, 1024, 512, 256, 1000, 0]) == [512, 256]


answers = st.lists(st.sampled_from(["a boat", "sea", "sky"]), min_size=1, max_size=4).map(tuple)


@given(st.lists(answers, min_size=1, max_size=5), st.floats(0.01, 1))
def test_every_size_above_the_chosen_one_agrees(
    sampled: list[tuple[str, ...]], threshold: float
) -> None:
    levels = [Sampled(2 ** (12 - at), each) for at, each in enumerate(sampled)]
    gap = find_gap(levels, threshold)
    assert (gap.side is None) == bool(gap.reason)
    for level, agreement in zip(levels, gap.agreements, strict=True):
        if gap.side is not None and level.side > gap.side:
            assert agreement >= threshold
        if level.side == gap.side:
            assert agreement < threshold
