"""Every coordinate convention met in data sets and models, to and from `Box`, in one place.

``size`` is always (width, height) of the upright photo in pixels. All ``from_`` functions are
strict: a box past the edge is refused unless ``clip=True``. Pairs of functions are inverses.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from core.errors import InvalidInput
from measures.boxes.box import ROUNDING, Box, checked_number

Size = tuple[int, int]
Four = tuple[float, float, float, float]
FourWhole = tuple[int, int, int, int]

QWEN25_FACTOR = 28
QWEN3_FACTOR = 32
# Qwen2.5-VL's own budget: 4 to 1280 patches of 28 x 28 pixels.
DEFAULT_MIN_PIXELS = 4 * 28 * 28
DEFAULT_MAX_PIXELS = 1280 * 28 * 28
MAX_ASPECT = 200


def from_pixels(box: Sequence[float], size: Size, *, clip: bool = False) -> Box:
    """From pixel corners x1 y1 x2 y2 (GAICD and FLMS JSON, CPC)."""
    x1, y1, x2, y2 = _four(box)
    width, height = _checked_size(size)
    make = Box.clipped if clip else Box
    return make(x1 / width, y1 / height, x2 / width, y2 / height)


def to_pixels(box: Box, size: Size) -> Four:
    """To pixel corners, not rounded."""
    width, height = _checked_size(size)
    return box.x1 * width, box.y1 * height, box.x2 * width, box.y2 * height


def to_pixel_cut(box: Box, size: Size) -> FourWhole:
    """Whole-pixel corners for cutting the crop out of the photo: nearest pixel, at least one."""
    width, height = _checked_size(size)
    left, right = _whole_edges(box.x1 * width, box.x2 * width, width)
    top, bottom = _whole_edges(box.y1 * height, box.y2 * height, height)
    return left, top, right, bottom


def from_xywh(box: Sequence[float], size: Size, *, clip: bool = False) -> Box:
    """From pixels x y width height (FCDB, COCO)."""
    x, y, width, height = _four(box)
    return from_pixels((x, y, x + width, y + height), size, clip=clip)


def to_xywh(box: Box, size: Size) -> Four:
    """To pixels x y width height."""
    x1, y1, x2, y2 = to_pixels(box, size)
    return x1, y1, x2 - x1, y2 - y1


def from_row_first(box: Sequence[float], size: Size, *, clip: bool = False) -> Box:
    """From pixels y1 x1 y2 x2 (GAICD's native text files, FLMS's original)."""
    y1, x1, y2, x2 = _four(box)
    return from_pixels((x1, y1, x2, y2), size, clip=clip)


def to_row_first(box: Box, size: Size) -> Four:
    """To pixels y1 x1 y2 x2."""
    x1, y1, x2, y2 = to_pixels(box, size)
    return y1, x1, y2, x2


def from_percent(box: Sequence[float], *, clip: bool = False) -> Box:
    """From 0..100 (CropVLM)."""
    return _from_scale(box, 100, clip=clip)


def to_percent(box: Box) -> FourWhole:
    """To whole 0..100, nearest, always with x2 > x1 and y2 > y1."""
    return _to_scale(box, 100)


def from_permille(box: Sequence[float], *, clip: bool = False) -> Box:
    """From 0..1000 (Qwen-VL, Qwen2-VL, Qwen3-VL, InternVL)."""
    return _from_scale(box, 1000, clip=clip)


def to_permille(box: Box) -> FourWhole:
    """To whole 0..1000, nearest, always with x2 > x1 and y2 > y1."""
    return _to_scale(box, 1000)


def smart_resize(
    size: Size,
    *,
    factor: int = QWEN25_FACTOR,
    min_pixels: int = DEFAULT_MIN_PIXELS,
    max_pixels: int = DEFAULT_MAX_PIXELS,
) -> Size:
    """The (width, height) to which Qwen's image processors bring a photo before its patches.

    Both sides are multiples of ``factor`` and the area lies within the pixel limits. The two axes
    get different scales, so boxes are scaled per axis. Source: the resizing rule of Qwen2-VL.
    """
    width, height = _checked_size(size)
    if max(size) / min(size) > MAX_ASPECT:
        raise InvalidInput(
            f"The photo is more than {MAX_ASPECT} times as long as wide; the model refuses it.",
            field="size",
        )
    new_w, new_h = (max(factor, round(side / factor) * factor) for side in (width, height))
    if new_w * new_h > max_pixels:
        shrink = math.sqrt(width * height / max_pixels)
        new_w, new_h = (
            max(factor, math.floor(side / shrink / factor) * factor) for side in (width, height)
        )
    elif new_w * new_h < min_pixels:
        grow = math.sqrt(min_pixels / (width * height))
        new_w, new_h = (math.ceil(side * grow / factor) * factor for side in (width, height))
    return new_w, new_h


def from_resized(box: Sequence[float], resized: Size, *, clip: bool = False) -> Box:
    """From pixels of the resized photo (Qwen2.5-VL); ``resized`` is `smart_resize`'s answer."""
    return from_pixels(box, resized, clip=clip)


def to_resized(box: Box, resized: Size) -> FourWhole:
    """To whole pixels of the resized photo (Qwen2.5-VL writes those)."""
    return to_pixel_cut(box, resized)


def from_labelme(points: Sequence[Sequence[float]], size: Size, *, clip: bool = False) -> Box:
    """From LabelMe's two points in pixels, which may be any two opposite corners."""
    if len(points) != 2 or any(len(point) != 2 for point in points):
        raise InvalidInput("A LabelMe rectangle has two points of two numbers.", field="points")
    (xa, ya), (xb, yb) = points
    corners = min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb)
    return from_pixels(corners, size, clip=clip)


def to_labelme(box: Box, size: Size) -> list[list[float]]:
    """To LabelMe's two points, upper left first."""
    x1, y1, x2, y2 = to_pixels(box, size)
    return [[x1, y1], [x2, y2]]


def pixel_corners(box: Sequence[float]) -> Four:
    """Pixel corners x1 y1 x2 y2 of a photo whose size may be unknown, checked but for the edges.

    `InvalidInput` for what is not four finite numbers, corners in the wrong order, or no area.
    """
    corners = x1, y1, x2, y2 = _four(box)
    for axis, low, high in (("x", x1, x2), ("y", y1, y2)):
        if low == high:
            words = f"The box has no area: {axis}1 and {axis}2 are both {low:g}."
            raise InvalidInput(words, field="box")
        if low > high:
            words = f"The box's corners are in the wrong order: {axis}1 {low:g}, {axis}2 {high:g}."
            raise InvalidInput(words, field="box")
    return corners


def corners_from_xywh(box: Sequence[float]) -> Four:
    """Pixel corners from x y width height (FCDB, COCO), whatever the photo's size."""
    x, y, width, height = _four(box)
    if not (width > 0 and height > 0):
        words = f"The box has no area: its width is {width:g}, its height {height:g}."
        raise InvalidInput(words, field="box")
    return pixel_corners((x, y, x + width, y + height))


def corners_to_xywh(corners: Sequence[float]) -> Four:
    """To x y width height."""
    x1, y1, x2, y2 = _four(corners)
    return x1, y1, x2 - x1, y2 - y1


def corners_from_row_first(box: Sequence[float]) -> Four:
    """Pixel corners from y1 x1 y2 x2 (GAICD's native text), whatever the photo's size."""
    y1, x1, y2, x2 = _four(box)
    return pixel_corners((x1, y1, x2, y2))


def corners_to_row_first(corners: Sequence[float]) -> Four:
    """To y1 x1 y2 x2."""
    x1, y1, x2, y2 = _four(corners)
    return y1, x1, y2, x2


def corners_from_points(points: Sequence[Sequence[float]]) -> Four:
    """Pixel corners from any two opposite points (LabelMe), whatever the photo's size."""
    if len(points) != 2 or any(len(point) != 2 for point in points):
        raise InvalidInput("A rectangle has two points of two numbers.", field="points")
    xa, ya, xb, yb = _four((*points[0], *points[1]))
    return pixel_corners((min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb)))


def corners_to_points(corners: Sequence[float]) -> list[list[float]]:
    """To two points, upper left first."""
    x1, y1, x2, y2 = _four(corners)
    return [[x1, y1], [x2, y2]]


def corners_from_percent_xywh(box: Sequence[float], size: Size) -> Four:
    """Pixel corners from x y width height in percent of the photo (Label Studio)."""
    x, y, width, height = _four(box)
    wide, high = _checked_size(size)
    pixels = x * wide / 100, y * high / 100, width * wide / 100, height * high / 100
    return corners_from_xywh(pixels)


def corners_to_percent_xywh(corners: Sequence[float], size: Size) -> Four:
    """To x y width height in percent of the photo."""
    wide, high = _checked_size(size)
    x, y, width, height = corners_to_xywh(corners)
    return x * 100 / wide, y * 100 / high, width * 100 / wide, height * 100 / high


def corners_from_shares(box: Sequence[float], size: Size) -> Four:
    """Pixel corners from shares of the photo x1 y1 x2 y2 in 0..1."""
    x1, y1, x2, y2 = _four(box)
    wide, high = _checked_size(size)
    return pixel_corners((x1 * wide, y1 * high, x2 * wide, y2 * high))


def corners_to_shares(corners: Sequence[float], size: Size) -> Four:
    """To shares of the photo; beyond 0..1 where the box runs past the edge."""
    x1, y1, x2, y2 = _four(corners)
    wide, high = _checked_size(size)
    return x1 / wide, y1 / high, x2 / wide, y2 / high


def is_past_edge(corners: Sequence[float], size: Size) -> bool:
    """Whether pixel corners run past the photo, by more than rounding."""
    x1, y1, x2, y2 = corners_to_shares(corners, size)
    return min(x1, y1) < -ROUNDING or max(x2, y2) > 1 + ROUNDING


def points_from_pixels(numbers: Sequence[float], size: Size) -> list[float]:
    """Shares of the photo from flat pixel coordinates x y x y ...; put on the edge where they lie
    within a pixel of it, as the last pixel's number does. `InvalidInput` when further outside."""
    wide, high = _checked_size(size)
    found = []
    for at, value in enumerate(numbers):
        side = high if at % 2 else wide
        number = checked_number("point", value)
        if not -1 <= number <= side + 1:
            words = f"A point lies outside the photo: {number:g} of {side} pixels."
            raise InvalidInput(words, field="points")
        found.append(min(1.0, max(0.0, number / side)))
    return found


def points_to_pixels(shares: Sequence[float], size: Size) -> list[float]:
    """Flat pixel coordinates x y x y ... from shares."""
    wide, high = _checked_size(size)
    return [value * (high if at % 2 else wide) for at, value in enumerate(shares)]


def _four(box: Sequence[float]) -> Four:
    if len(box) != 4:
        raise InvalidInput("A box is four numbers.", field="box")
    first, second, third, fourth = (checked_number("corner", value) for value in box)
    return first, second, third, fourth


def _checked_size(size: Size) -> Size:
    width, height = size
    if not (width > 0 and height > 0):
        raise InvalidInput("The photo's width and height must be above 0.", field="size")
    return size


def _from_scale(box: Sequence[float], top: int, *, clip: bool) -> Box:
    make = Box.clipped if clip else Box
    return make(*(value / top for value in _four(box)))


def _to_scale(box: Box, top: int) -> FourWhole:
    return to_pixel_cut(box, (top, top))


def _whole_edges(low: float, high: float, top: int) -> tuple[int, int]:
    start, end = _half_up(low), _half_up(high)
    if end > start:
        return start, end
    start = min(math.floor(low), top - 1)
    return start, start + 1


def _half_up(value: float) -> int:
    # Not Python's round: its halves go to the even neighbour, which JavaScript's do not.
    return math.floor(value + 0.5)
