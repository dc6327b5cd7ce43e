"""The warmth of a grid's cells."""

from __future__ import annotations

import pytest

from measures.boxes import Box
from measures.geometry.grid_search import cells, rectangles
from measures.geometry.heat import heat_of


def test_cells_have_their_own_scores() -> None:
    found = heat_of(cells(2), [-4, -2, -3, -4], 2)
    assert [each.warmth for each in found] == [0, 1, 0.5, 0]
    assert [each.score for each in found] == [-4, -2, -3, -4]


def test_rectangles_warm_every_cell_that_they_hold() -> None:
    crops = rectangles(2)
    scores = [0.0 if box == Box(0, 0, 1, 0.5) else -1.0 for box in crops]
    found = heat_of(crops, scores, 2)
    # Each of the four cells lies in four of the nine rectangles.
    assert [each.score for each in found] == pytest.approx([-0.75, -0.75, -1, -1])


def test_where_all_are_alike_all_are_warm() -> None:
    assert {each.warmth for each in heat_of(cells(3), [-1.0] * 9, 3)} == {1.0}
    assert heat_of([], [], 3) == []
