"""Candidate crops."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidInput
from measures.boxes import Box
from measures.boxes.conversions import to_pixels
from measures.geometry.candidates import diverse, grid_crops, random_crops
from tests.measures.boxes.strategies import boxes
from tests.measures.reference_data import needs_reference_data, reference_json


def test_the_grid_of_a_three_to_two_photo() -> None:
    found = grid_crops(1.5)
    assert len(found) == len(set(found)) == 87
    assert found[0].x1 == pytest.approx(0.5 / 12)
    assert min(box.area for box in found) > 0.4999
    assert len(grid_crops(1.5, max_aspect=2.0)) < 87
    with pytest.raises(InvalidInput):
        grid_crops(0)


@needs_reference_data
def test_the_grid_is_that_of_a_published_photo() -> None:
    published = reference_json("gaicd/image_crop.json")["235093.jpg"]["bbox"]
    size = (1024, 689)
    got = sorted(tuple(map(round, to_pixels(box, size))) for box in grid_crops(1024 / 689))
    assert got == sorted(map(tuple, published))


@given(st.integers(0, 2**32))
def test_random_crops_come_from_their_seed_and_keep_their_limits(seed: int) -> None:
    found = random_crops(5, seed=seed, min_side=0.3, max_side=0.6)
    assert found == random_crops(5, seed=seed, min_side=0.3, max_side=0.6)
    assert len(found) == 5
    assert all(0.299 <= side <= 0.601 for box in found for side in (box.width, box.height))


def test_random_crops_avoid_a_good_one_or_give_up() -> None:
    good = Box(0.5, 0.5, 1, 1)
    found = random_crops(4, seed=1, avoid=good, max_iou=0.05)
    assert len(found) == 4
    assert max(box.iou(good) for box in found) <= 0.05
    assert random_crops(4, seed=1, avoid=Box.whole(), max_iou=0.01) == []
    with pytest.raises(InvalidInput):
        random_crops(1, seed=1, min_side=0.9, max_side=0.2)


@given(st.lists(boxes(), max_size=8), st.floats(0, 0.9))
def test_a_diverse_selection_starts_with_the_best_and_differs(
    found: list[Box], max_iou: float
) -> None:
    kept = diverse(found, max_iou)
    assert kept[:1] == ([0] if found else [])
    chosen = [found[position] for position in kept]
    overlaps = [one.iou(two) for k, one in enumerate(chosen) for two in chosen[:k]]
    assert all(overlap <= max_iou + 1e-9 for overlap in overlaps)
    assert diverse(found, max_iou, limit=1) == kept[:1]
