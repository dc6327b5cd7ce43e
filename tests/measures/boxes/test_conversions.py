"""Every coordinate convention goes there and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidInput
from measures.boxes import Box
from measures.boxes import conversions as to
from tests.measures.boxes.strategies import boxes, sizes

PAIRS = [
    (to.to_pixels, to.from_pixels),
    (to.to_xywh, to.from_xywh),
    (to.to_row_first, to.from_row_first),
    (to.to_labelme, to.from_labelme),
]


@pytest.mark.parametrize(("write", "read"), PAIRS)
@given(box=boxes(), size=sizes())
def test_pixel_conventions_go_there_and_back(
    write: Callable[..., Any], read: Callable[..., Any], box: Box, size: tuple[int, int]
) -> None:
    assert read(write(box, size), size).corners() == pytest.approx(box.corners(), abs=1e-9)


@pytest.mark.parametrize(
    ("write", "read", "step"),
    [(to.to_percent, to.from_percent, 100), (to.to_permille, to.from_permille, 1000)],
)
@given(box=boxes(least=0.02))
def test_whole_number_conventions_lose_at_most_half_a_step(
    write: Callable[..., Any], read: Callable[..., Any], step: int, box: Box
) -> None:
    back = read(write(box))
    assert back.corners() == pytest.approx(box.corners(), abs=0.5 / step + 1e-9)
    assert write(back) == write(box)


@given(box=boxes(), size=sizes(), factor=st.sampled_from([28, 32]))
def test_resized_pixels_go_there_and_back(box: Box, size: tuple[int, int], factor: int) -> None:
    resized = to.smart_resize(size, factor=factor)
    back = to.from_resized(to.to_resized(box, resized), resized)
    assert back.x1 == pytest.approx(box.x1, abs=1.01 / resized[0])
    assert back.y2 == pytest.approx(box.y2, abs=1.01 / resized[1])


@given(size=sizes(), factor=st.sampled_from([28, 32]))
def test_a_resized_photo_fits_the_limits(size: tuple[int, int], factor: int) -> None:
    width, height = to.smart_resize(size, factor=factor)
    assert width % factor == height % factor == 0
    assert width * height <= to.DEFAULT_MAX_PIXELS


@pytest.mark.parametrize(
    ("limit", "expected"),
    [(401_408, (728, 532)), (1_003_520, (1148, 840)), (12_845_056, (4004, 2996))],
)
def test_smart_resize_gives_the_known_numbers(limit: int, expected: tuple[int, int]) -> None:
    assert to.smart_resize((4000, 3000), max_pixels=limit) == expected


def test_smart_resize_grows_a_tiny_photo_and_refuses_a_ribbon() -> None:
    assert to.smart_resize((28, 28)) == (56, 56)
    with pytest.raises(InvalidInput, match="200 times"):
        to.smart_resize((20_100, 100))


def test_conventions_by_hand() -> None:
    size, box = (200, 100), Box(0.1, 0.2, 0.5, 0.9)
    assert to.to_pixels(box, size) == pytest.approx((20, 20, 100, 90))
    assert to.to_xywh(box, size) == pytest.approx((20, 20, 80, 70))
    assert to.to_row_first(box, size) == pytest.approx((20, 20, 90, 100))
    assert to.to_percent(box) == (10, 20, 50, 90)
    assert to.to_permille(box) == (100, 200, 500, 900)
    assert to.from_labelme([[100, 90], [20, 20]], size) == box


def test_a_sliver_keeps_one_whole_step() -> None:
    assert to.to_percent(Box(0.9990, 0, 0.9995, 1)) == (99, 0, 100, 100)
    assert to.to_percent(Box(0.501, 0, 0.502, 1))[::2] == (50, 51)


def test_a_box_past_the_edge_is_refused_or_clipped_knowingly() -> None:
    with pytest.raises(InvalidInput, match="outside"):
        to.from_pixels([0, 0, 210, 50], (200, 100))
    assert to.from_pixels([0, 0, 210, 50], (200, 100), clip=True) == Box(0, 0, 1, 0.5)


@pytest.mark.parametrize("wrong", [[1, 2, 3], ["a", 1, 2, 3], [0, 0, float("nan"), 1], "abcd"])
def test_wrong_numbers_are_refused(wrong: Any) -> None:
    with pytest.raises(InvalidInput):
        to.from_percent(wrong)


def test_a_photo_without_size_is_refused() -> None:
    with pytest.raises(InvalidInput, match="above 0"):
        to.from_pixels([0, 0, 1, 1], (0, 100))


CORNERS = [
    (to.corners_to_xywh, to.corners_from_xywh),
    (to.corners_to_row_first, to.corners_from_row_first),
    (to.corners_to_points, to.corners_from_points),
]
SIZED = [
    (to.corners_to_percent_xywh, to.corners_from_percent_xywh),
    (to.corners_to_shares, to.corners_from_shares),
]
PAST_THE_EDGE = st.tuples(*[st.floats(-200, 4000), st.floats(1, 3000)] * 2).map(
    lambda four: (four[0], four[2], four[0] + four[1], four[2] + four[3])
)


@pytest.mark.parametrize(("write", "read"), CORNERS)
@given(corners=PAST_THE_EDGE)
def test_corners_go_there_and_back_without_a_size(
    write: Callable[..., Any], read: Callable[..., Any], corners: tuple[float, ...]
) -> None:
    assert read(write(corners)) == pytest.approx(corners, abs=1e-9)


@pytest.mark.parametrize(("write", "read"), SIZED)
@given(corners=PAST_THE_EDGE, size=sizes())
def test_corners_go_there_and_back_with_a_size(
    write: Callable[..., Any],
    read: Callable[..., Any],
    corners: tuple[float, ...],
    size: tuple[int, int],
) -> None:
    assert read(write(corners, size), size) == pytest.approx(corners, rel=1e-9, abs=1e-6)


@given(box=boxes(), size=sizes())
def test_corners_in_pixels_are_the_box_in_pixels(box: Box, size: tuple[int, int]) -> None:
    pixels = to.to_pixels(box, size)
    assert to.pixel_corners(pixels) == pixels and not to.is_past_edge(pixels, size)
    assert to.is_past_edge((*pixels[:2], size[0] + 1, pixels[3]), size)


@given(points=st.lists(st.floats(0, 1), min_size=2, max_size=8), size=sizes())
def test_points_go_there_and_back(points: list[float], size: tuple[int, int]) -> None:
    pixels = to.points_to_pixels(points, size)
    assert to.points_from_pixels(pixels, size) == pytest.approx(points, abs=1e-9)


@pytest.mark.parametrize(
    ("read", "numbers", "words"),
    [
        (to.pixel_corners, (1, 2, 1, 4), "no area"),
        (to.pixel_corners, (3, 2, 1, 4), "wrong order"),
        (to.pixel_corners, (1, 2, float("nan"), 4), "finite"),
        (to.pixel_corners, (1, 2, 3), "four numbers"),
        (to.corners_from_xywh, (1, 2, 0, 4), "no area"),
        (to.corners_from_points, ((1, 2), (3,)), "two points"),
    ],
)
def test_corners_that_are_no_box_are_refused(
    read: Callable[..., Any], numbers: Any, words: str
) -> None:
    with pytest.raises(InvalidInput, match=words):
        read(numbers)


def test_points_far_outside_are_refused() -> None:
    with pytest.raises(InvalidInput, match="outside"):
        to.points_from_pixels((5, 120), (100, 100))
    assert to.points_from_pixels((-0.5, 100.5), (100, 100)) == [0, 1]
