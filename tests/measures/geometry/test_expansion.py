"""Growing found boxes: worked by hand, and what holds for any box."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.errors import InvalidInput
from measures.boxes import Box
from measures.geometry.expansion import PAPER_CUTS, bucket_of, cuts_of, expanded, factor_of
from tests.measures.boxes.strategies import boxes


@pytest.mark.parametrize(
    ("area", "factor"),
    [(0.0001, 45), (0.00159, 45), (0.0016, 10), (0.0037, 10), (0.0038, 4), (0.009, 4),
     (0.0091, 2), (0.0350, 2), (0.0351, 1), (0.9, 1)],
)  # fmt: skip
def test_the_papers_table_with_strict_cut_offs(area: float, factor: float) -> None:
    assert factor_of(area) == factor


def test_cut_offs_stand_at_the_fifths_of_the_sorted_areas() -> None:
    areas = [0.07, 0.01, 0.05, 0.03, 0.02, 0.06, 0.04]
    # Places 7*1/5 = 1, 2.8 -> 2, 4.2 -> 4, 5.6 -> 5 of 0.01 ... 0.07.
    assert cuts_of(areas) == (0.02, 0.03, 0.05, 0.06)
    assert [bucket_of(area, cuts_of(areas)) for area in sorted(areas)] == [0, 1, 2, 2, 3, 4, 4]


@pytest.mark.parametrize("areas", [[], [0.1] * 4, [0.1, 0.2, 0.3, 0.4, 0], [0.1] * 4 + [2]])
def test_too_few_or_no_areas_are_refused(areas: list[float]) -> None:
    with pytest.raises(InvalidInput):
        cuts_of(areas)


def test_a_box_in_the_middle_keeps_its_centre_and_aspect() -> None:
    # 0.1 x 0.05 grown fourfold in area: twice each side, about (0.5, 0.5).
    grown = expanded(Box(0.45, 0.475, 0.55, 0.525), 4)
    assert grown == Box(0.40, 0.45, 0.60, 0.55)


def test_a_box_at_the_corner_is_shifted_back_inside() -> None:
    assert expanded(Box(0.0, 0.0, 0.1, 0.1), 4) == Box(0.0, 0.0, 0.2, 0.2)
    assert expanded(Box(0.9, 0.9, 1.0, 1.0), 4) == Box(0.8, 0.8, 1.0, 1.0)


def test_a_line_of_text_ends_at_the_edges_of_the_photo() -> None:
    # Sides times 3 (factor 9): 1.5 wide becomes 1, 0.06 high stays so.
    assert expanded(Box(0.25, 0.49, 0.75, 0.51), 9) == Box(0.0, 0.47, 1.0, 0.53)


def test_corners_are_truncated_and_a_vanished_side_gets_a_percent() -> None:
    assert expanded(Box(0.109, 0.209, 0.309, 0.409), 1) == Box(0.10, 0.20, 0.30, 0.40)
    assert expanded(Box(0.502, 0.1, 0.507, 0.3), 1) == Box(0.50, 0.1, 0.51, 0.3)
    assert expanded(Box(0.999, 0.1, 1.0, 0.3), 1).x2 == 1.0


@pytest.mark.parametrize("factor", [0.5, float("nan"), float("inf"), -1])
def test_only_growing_factors(factor: float) -> None:
    with pytest.raises(InvalidInput):
        expanded(Box.whole(), factor)


@given(boxes(), st.floats(1, 45))
def test_the_grown_box_holds_the_found_one_but_for_the_truncation(box: Box, factor: float) -> None:
    grown = expanded(box, factor)
    slack = 0.01 + 1e-9
    assert grown.x1 <= box.x1 + slack and grown.y1 <= box.y1 + slack
    assert grown.x2 >= box.x2 - slack and grown.y2 >= box.y2 - slack
    assert all(abs(corner * 100 - round(corner * 100)) < 1e-6 for corner in grown.corners())


@given(boxes(), st.floats(1, 45))
def test_the_area_is_the_factor_times_the_old_one_where_there_is_room(
    box: Box, factor: float
) -> None:
    assume(max(box.width, box.height) * factor**0.5 <= 1)
    grown = expanded(box, factor)
    wanted_width, wanted_height = box.width * factor**0.5, box.height * factor**0.5
    assert abs(grown.width - wanted_width) <= 0.01 + 1e-6
    assert abs(grown.height - wanted_height) <= 0.01 + 1e-6


@given(st.lists(st.floats(1e-6, 1), min_size=5, max_size=60))
def test_cut_offs_rise_and_leave_no_fifth_too_full(areas: list[float]) -> None:
    cuts = cuts_of(areas)
    assert list(cuts) == sorted(cuts)
    counts = [sum(bucket_of(area, cuts) <= fifth for area in areas) for fifth in range(4)]
    assert all(count <= len(areas) * (k + 1) / 5 for k, count in enumerate(counts))


def test_the_papers_cut_offs_rise() -> None:
    assert list(PAPER_CUTS) == sorted(PAPER_CUTS)
