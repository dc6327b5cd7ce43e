"""Clashes of boxes, verdicts and choices, worked out by hand."""

from __future__ import annotations

import pytest

from core.errors import InvalidInput
from measures.boxes import Box
from measures.statistics.disagreement import (
    box_clash,
    mean_pairwise_iou,
    pair_iou,
    preference_clash,
    verdict_clash,
)

LEFT, RIGHT, HALF = Box(0, 0, 0.5, 1), Box(0.5, 0, 1, 1), Box(0, 0, 0.25, 1)
WHOLE = Box.whole()


def test_the_overlap_of_two_people_takes_the_best_of_each_box() -> None:
    assert pair_iou([LEFT], [WHOLE]) == 0.5
    # LEFT finds itself (1), RIGHT finds nothing (0); back, LEFT finds itself (1).
    assert pair_iou([LEFT, RIGHT], [LEFT]) == pytest.approx(2 / 3)
    assert (pair_iou([], []), pair_iou([], [LEFT])) == (1, 0)


def test_the_mean_is_over_all_pairs() -> None:
    panel = {"Ada": [LEFT], "Ben": [LEFT], "Eve": [WHOLE]}
    assert mean_pairwise_iou(panel) == pytest.approx((1 + 0.5 + 0.5) / 3)
    assert mean_pairwise_iou({"Ada": [LEFT]}) is None


def test_only_an_overlap_below_the_threshold_clashes() -> None:
    panel = {"Ada": [LEFT], "Ben": [WHOLE]}
    assert box_clash(panel, 0.5) is None
    found = box_clash(panel, 0.51)
    assert found and (found.value, found.is_split, found.odd_one) == (0.5, True, None)
    with pytest.raises(InvalidInput):
        box_clash(panel, 1.1)


def test_one_frame_far_from_two_alike_is_the_odd_one() -> None:
    found = box_clash({"Ada": [LEFT], "Ben": [LEFT], "Eve": [RIGHT]})
    assert found and found.odd_one == "Eve" and not found.is_split


def test_two_camps_are_a_split_and_three_opinions_are_none() -> None:
    two = {"Ada": [LEFT], "Ben": [LEFT], "Eve": [RIGHT], "Kim": [RIGHT]}
    found = box_clash(two)
    assert found and found.is_split and found.value == pytest.approx(2 / 6)
    three = box_clash({"Ada": [HALF], "Ben": [RIGHT], "Eve": [WHOLE]})
    assert three and not three.is_split


@pytest.mark.parametrize(
    ("verdicts", "odd", "is_split"),
    [
        (["accept", "reject"], None, True),
        (["accept", "accept", "reject"], 2, False),
        (["accept", "accept", "reject", "reject"], None, True),
    ],
)
def test_verdicts_clash(verdicts: list[str], odd: int | None, is_split: bool) -> None:
    found = verdict_clash(dict(enumerate(verdicts)))
    assert found and (found.odd_one, found.is_split) == (odd, is_split)


def test_no_words_are_no_verdict() -> None:
    assert verdict_clash({"Ada": "good", "Ben": ""}) is None


@pytest.mark.parametrize(
    ("choices", "is_split"),
    [
        (["first", "second", "tie"], True),
        (["first", "first", "second", "second"], True),
        (["first", "neither", "neither", "first"], False),
    ],
)
def test_a_pair_without_a_majority(choices: list[str], is_split: bool) -> None:
    found = preference_clash(dict(enumerate(choices)))
    assert found and found.is_split is is_split


@pytest.mark.parametrize(
    "choices",
    [
        ["first", "second"],  # too few to tell
        ["first", "second", "unknown"],  # who cannot judge has no vote
        ["first", "first", "second"],  # two thirds
        ["tie", "tie", "second"],
        ["first", "tie", "tie", "first"],  # leans to the first: 3 of 4
    ],
)
def test_a_majority_or_too_few_votes(choices: list[str]) -> None:
    assert preference_clash(dict(enumerate(choices))) is None


def test_half_is_no_majority_at_any_share() -> None:
    split = dict(enumerate(["first", "first", "second", "second"]))
    assert preference_clash(split, min_share=0.5)
    with pytest.raises(InvalidInput):
        preference_clash(split, min_share=0.4)
