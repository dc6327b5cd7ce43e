"""Crops of a grid, the best of them, and its noise."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidInput
from measures.boxes import Box
from measures.geometry.grid_search import best_place, cells, rectangles, with_noise


def test_cells_row_by_row() -> None:
    assert cells(2) == [
        Box(0, 0, 0.5, 0.5), Box(0.5, 0, 1, 0.5), Box(0, 0.5, 0.5, 1), Box(0.5, 0.5, 1, 1),
    ]  # fmt: skip
    assert len(cells()) == 25


def test_rectangles_between_the_lines() -> None:
    found = rectangles(2)
    assert len(found) == len(set(found)) == 9
    assert set(cells(2)) < set(found) and Box.whole() in found
    assert len(rectangles()) == 225


def test_cells_cover_the_photo_once() -> None:
    found = cells(3)
    assert sum(box.area for box in found) == pytest.approx(1)
    assert not any(a.overlap_area(b) > 1e-12 for a in found for b in found if a is not b)


def test_the_likeliest_wins_and_of_equal_ones_the_first() -> None:
    assert best_place([-3.0, -1.0, -2.0]) == 1
    assert best_place([-1.0, -0.5, -0.5]) == 1
    assert best_place([-math.inf, -9.0]) == 1


@pytest.mark.parametrize("wrong", [[], [math.nan], [0.1]])
def test_what_is_no_log_likelihood_is_refused(wrong: list[float]) -> None:
    with pytest.raises(InvalidInput):
        best_place(wrong)


@pytest.mark.parametrize("grid", [0, 13, -1])
def test_a_grid_has_cells_and_not_too_many(grid: int) -> None:
    with pytest.raises(InvalidInput):
        cells(grid)


@given(st.integers(1, 8), st.integers(0, 2**32), st.data())
def test_noise_pushes_outward_by_a_cell_at_most(grid: int, seed: int, data: st.DataObject) -> None:
    box = data.draw(st.sampled_from(cells(grid)))
    noisy = with_noise(box, grid=grid, seed=seed)
    assert noisy == with_noise(box, grid=grid, seed=seed)
    assert noisy.contains(box)
    assert noisy.width <= box.width + 2 / grid + 1e-9
    assert noisy.height <= box.height + 2 / grid + 1e-9


def test_noise_differs_by_seed_and_by_edge() -> None:
    middle = cells(5)[12]
    one, other = with_noise(middle, seed=1), with_noise(middle, seed=2)
    assert one != other
    pushed = {round(a - b, 9) for a, b in zip(middle.corners(), one.corners(), strict=True)}
    assert len(pushed) == 4
