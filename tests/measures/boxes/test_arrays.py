"""Many boxes at once agree with one at a time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidInput
from measures.boxes import Box
from measures.boxes.arrays import (
    areas,
    as_array,
    displacement_matrix,
    iou_matrix,
    iou_pairs,
)
from tests.measures.boxes.strategies import boxes


@given(st.lists(boxes(), min_size=1, max_size=5), st.lists(boxes(), min_size=1, max_size=5))
def test_the_matrix_agrees_with_single_boxes(first: list[Box], second: list[Box]) -> None:
    got = iou_matrix(as_array(first), as_array(second))
    expected = [[one.iou(other) for other in second] for one in first]
    assert got == pytest.approx(np.array(expected))
    assert areas(as_array(first)) == pytest.approx([box.area for box in first])


@given(st.lists(st.tuples(boxes(), boxes()), min_size=1, max_size=5))
def test_pairs_are_the_diagonal(pairs: list[tuple[Box, Box]]) -> None:
    first, second = (as_array(side) for side in zip(*pairs, strict=True))
    assert iou_pairs(first, second) == pytest.approx(np.diag(iou_matrix(first, second)))


def test_raw_pixels_past_the_edge_are_measured_as_they_are() -> None:
    past = as_array([[-10, 0, 110, 100]])
    assert iou_matrix(past, as_array([[0, 0, 100, 100]]))[0, 0] == pytest.approx(10 / 12)


def test_displacement_by_hand() -> None:
    got = displacement_matrix(as_array([[0, 0, 100, 50]]), as_array([[10, 5, 90, 45]]), (100, 50))
    assert got[0, 0] == pytest.approx((0.1 + 0.1 + 0.1 + 0.1) / 4)


def test_a_box_without_area_shares_nothing() -> None:
    flat = as_array([[0, 0, 0, 1]])
    assert iou_matrix(flat, flat)[0, 0] == 0


def test_no_boxes_are_an_empty_array_and_wrong_rows_are_refused() -> None:
    assert iou_matrix(as_array([]), as_array([[0, 0, 1, 1]])).shape == (0, 1)
    for wrong in ([[1, 2, 3]], [[1, 2, 3], [1, 2, 3, 4]], np.zeros((2, 3))):
        with pytest.raises(InvalidInput, match="four numbers"):
            as_array(wrong)
