"""EXIF orientation applied to boxes: from the stored pixels to the upright photo and back."""

from __future__ import annotations

from core.errors import InvalidInput
from measures.boxes.box import Box
from measures.boxes.conversions import Size

# For each EXIF value: are the axes swapped, and is the upright x (then y) counted backwards?
_TURNS = {
    1: (False, False, False),
    2: (False, True, False),
    3: (False, True, True),
    4: (False, False, True),
    5: (True, False, False),
    6: (True, True, False),
    7: (True, True, True),
    8: (True, False, True),
}
# Two of the eight are not their own inverse: a quarter turn right is undone by one left.
_INVERSE = {6: 8, 8: 6}


def to_upright(box: Box, orientation: int) -> Box:
    """A box on the stored pixels, as it lies on the upright photo. Orientation is EXIF's 1..8."""
    swap, flip_x, flip_y = _turn(orientation)
    x1, y1, x2, y2 = (box.y1, box.x1, box.y2, box.x2) if swap else box.corners()
    if flip_x:
        x1, x2 = 1 - x2, 1 - x1
    if flip_y:
        y1, y2 = 1 - y2, 1 - y1
    return Box(x1, y1, x2, y2)


def from_upright(box: Box, orientation: int) -> Box:
    """The inverse of `to_upright`: where an upright box lies on the stored pixels."""
    return to_upright(box, _INVERSE.get(orientation, orientation))


def upright_size(size: Size, orientation: int) -> Size:
    """(width, height) of the upright photo for a stored (width, height)."""
    return (size[1], size[0]) if _turn(orientation)[0] else size


def _turn(orientation: int) -> tuple[bool, bool, bool]:
    try:
        return _TURNS[orientation]
    except KeyError:
        raise InvalidInput("EXIF orientation is a number from 1 to 8.", field="orientation") from (
            None
        )
