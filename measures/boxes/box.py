"""The one box of the program: normalised to [0, 1] on the upright photo, corners x1 y1 x2 y2."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from numbers import Real

from core.errors import InvalidInput

# Dividing pixels by the photo's size may land a hair outside [0, 1]; that much is put back.
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, order=True)
class Box:
    """An axis-aligned rectangle; x runs right, y runs down, continuous corners (no +1).

    Raises `InvalidInput` in words for a number that is not finite, a corner outside the photo,
    corners in the wrong order, or no area. Use `Box.clipped` for boxes that may run past the edge.
    """

    x1: float
    y1: float
    x2: float
    y2: float

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, _checked(field.name, getattr(self, field.name)))
        _check_order("x", self.x1, self.x2)
        _check_order("y", self.y1, self.y2)
        if not self.area > 0:
            raise InvalidInput("The box has no area: it is too thin to measure.", field="box")

    @classmethod
    def whole(cls) -> Box:
        """The whole photo."""
        return cls(0.0, 0.0, 1.0, 1.0)

    @classmethod
    def of(cls, numbers: object) -> Box:
        """From a list of four numbers, as JSON carries it; `InvalidInput` for anything else."""
        if not isinstance(numbers, Sequence) or len(numbers) != 4:
            raise InvalidInput("A box is four numbers: x1, y1, x2, y2.", field="box")
        return cls(*numbers)

    @classmethod
    def clipped(cls, x1: float, y1: float, x2: float, y2: float) -> Box:
        """The part of a rectangle that lies on the photo; `InvalidInput` when none does."""
        for name, value in (("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2)):
            checked_number(name, value)
        return cls(*(min(1.0, max(0.0, value)) for value in (x1, y1, x2, y2)))

    @property
    def width(self) -> float:
        """Share of the photo's width."""
        return self.x2 - self.x1

    @property
    def height(self) -> float:
        """Share of the photo's height."""
        return self.y2 - self.y1

    @property
    def area(self) -> float:
        """Share of the photo's area."""
        return self.width * self.height

    @property
    def centre(self) -> tuple[float, float]:
        """The middle point (x, y)."""
        return (self.x1 + self.x2) / 2, (self.y1 + self.y2) / 2

    def corners(self) -> tuple[float, float, float, float]:
        """(x1, y1, x2, y2)."""
        return self.x1, self.y1, self.x2, self.y2

    def as_list(self) -> list[float]:
        """[x1, y1, x2, y2], ready for JSON."""
        return list(astuple(self))

    def overlap_area(self, other: Box) -> float:
        """Area that both cover; 0 when they only touch."""
        width = min(self.x2, other.x2) - max(self.x1, other.x1)
        height = min(self.y2, other.y2) - max(self.y1, other.y1)
        return max(0.0, width) * max(0.0, height)

    def intersection(self, other: Box) -> Box | None:
        """The box that both cover, or None when they share no area."""
        if self.overlap_area(other) <= 0:
            return None
        return Box(
            max(self.x1, other.x1),
            max(self.y1, other.y1),
            min(self.x2, other.x2),
            min(self.y2, other.y2),
        )

    def iou(self, other: Box) -> float:
        """Intersection over union, 0 to 1."""
        shared = self.overlap_area(other)
        return shared / (self.area + other.area - shared)

    def contains(self, other: Box) -> bool:
        """Whether the other box lies inside this one, edges included."""
        return (
            self.x1 <= other.x1
            and self.y1 <= other.y1
            and self.x2 >= other.x2
            and self.y2 >= other.y2
        )

    def contains_point(self, x: float, y: float) -> bool:
        """Whether the point lies inside or on the edge."""
        return self.x1 <= x <= self.x2 and self.y1 <= y <= self.y2

    def scaled(self, factor: float) -> Box:
        """Both sides times ``factor`` about the centre, then clipped to the photo."""
        if not (math.isfinite(factor) and factor > 0):
            raise InvalidInput("A box is scaled by a number above 0.", field="factor")
        (x, y), half_w, half_h = self.centre, self.width * factor / 2, self.height * factor / 2
        return Box.clipped(x - half_w, y - half_h, x + half_w, y + half_h)

    def aspect(self, photo_aspect: float) -> float:
        """Width over height in pixels, on a photo whose own width over height is given."""
        return photo_aspect * self.width / self.height


def checked_number(name: str, value: object) -> float:
    """A finite number of any numeric type as a float; `InvalidInput` for anything else."""
    # The commonest kinds first: asking an abstract class takes long for a hundred thousand boxes.
    if type(value) not in (float, int) and (isinstance(value, bool) or not isinstance(value, Real)):
        raise InvalidInput(f"The box's {name} must be a number.", field=name)
    number = float(value)  # type: ignore[arg-type]
    if not math.isfinite(number):
        raise InvalidInput(f"The box's {name} is not a finite number.", field=name)
    return number


def _checked(name: str, value: object) -> float:
    number = checked_number(name, value)
    if not -ROUNDING <= number <= 1 + ROUNDING:
        raise InvalidInput(
            f"The box runs outside the photo: {name} is {number:.6g}, it must lie from 0 to 1.",
            field=name,
        )
    return min(1.0, max(0.0, number))


def _check_order(axis: str, low: float, high: float) -> None:
    if low == high:
        raise InvalidInput(f"The box has no area: {axis}1 and {axis}2 are equal.", field="box")
    if low > high:
        raise InvalidInput(
            f"The box's corners are in the wrong order: {axis}1 must be below {axis}2.",
            field="box",
        )
