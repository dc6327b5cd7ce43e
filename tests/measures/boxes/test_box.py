"""The box and what it refuses."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given

from core.errors import InvalidInput
from measures.boxes import Box
from tests.measures.boxes.strategies import boxes


@pytest.mark.parametrize(
    ("corners", "words"),
    [
        ((0.5, 0, 0.5, 1), "no area"),
        ((0.6, 0, 0.5, 1), "wrong order"),
        ((0, 0.9, 1, 0.1), "wrong order"),
        ((-0.1, 0, 1, 1), "outside the photo"),
        ((0, 0, 1, 1.01), "outside the photo"),
        ((math.nan, 0, 1, 1), "not a finite number"),
        ((0, math.inf, 1, 1), "not a finite number"),
        (("0", 0, 1, 1), "must be a number"),
        ((True, 0, 1, 1), "must be a number"),
        ((0, 0, 1e-320, 1e-320), "no area"),
    ],
)
def test_a_wrong_box_is_refused_in_words(corners: Any, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        Box(*corners)


@pytest.mark.parametrize("numbers", [[1, 2, 3], "0011", None, {"x1": 0}, [None] * 4])
def test_only_four_numbers_make_a_box(numbers: Any) -> None:
    with pytest.raises(InvalidInput):
        Box.of(numbers)


def test_rounding_at_the_edge_is_put_back() -> None:
    assert Box(-1e-12, 0, 1 + 1e-12, 1) == Box.whole()


def test_iou_by_hand() -> None:
    assert Box(0, 0, 0.5, 1).iou(Box(0.25, 0, 0.75, 1)) == pytest.approx(1 / 3)
    assert Box(0, 0, 0.5, 1).iou(Box(0.5, 0, 1, 1)) == 0
    assert Box(0, 0, 0.5, 1).intersection(Box(0.5, 0, 1, 1)) is None


@given(boxes(), boxes())
def test_iou_is_symmetric_bounded_and_one_with_itself(first: Box, second: Box) -> None:
    assert first.iou(second) == second.iou(first)
    assert 0 <= first.iou(second) <= 1
    assert first.iou(first) == pytest.approx(1)


@given(boxes(), boxes())
def test_the_intersection_lies_in_both(first: Box, second: Box) -> None:
    shared = first.intersection(second)
    assert shared is None or (first.contains(shared) and second.contains(shared))


def test_a_box_scales_about_its_centre_and_stays_on_the_photo() -> None:
    assert Box(0.25, 0.25, 0.75, 0.75).scaled(0.5).as_list() == [0.375, 0.375, 0.625, 0.625]
    assert Box(0.5, 0.5, 1, 1).scaled(2).as_list() == [0.25, 0.25, 1, 1]
    with pytest.raises(InvalidInput):
        Box.whole().scaled(0)


def test_clipping_keeps_the_part_on_the_photo() -> None:
    assert Box.clipped(-1, 0.5, 2, 0.75) == Box(0, 0.5, 1, 0.75)
    with pytest.raises(InvalidInput, match="no area"):
        Box.clipped(1.5, 0, 2, 1)


def test_aspect_counts_in_pixels() -> None:
    assert Box(0, 0, 0.5, 1).aspect(photo_aspect=1.5) == 0.75
