"""Guide lines."""

from __future__ import annotations

import pytest

from measures.boxes import Box
from measures.geometry.guides import (
    GOLDEN,
    THIRDS,
    distance_to_nearest,
    guide_segments,
    power_points,
)


def test_golden_lines_divide_a_side_as_the_rest_divides_the_larger_part() -> None:
    low, high = GOLDEN
    assert low + high == pytest.approx(1)
    assert 1 / high == pytest.approx(high / low)


def test_thirds_cross_at_four_points() -> None:
    assert power_points() == [(x, y) for y in THIRDS for x in THIRDS]
    assert distance_to_nearest((1 / 3, 0.5), power_points()) == pytest.approx(1 / 6)


def test_guides_lie_on_their_box() -> None:
    first, *_, last = guide_segments(within=Box(0.4, 0.1, 1, 0.4))
    assert first == pytest.approx((0.6, 0.1, 0.6, 0.4))
    assert last == pytest.approx((0.4, 0.3, 1, 0.3))
