"""A layer of lines, dots and labels over a photo, drawn twice as large and then scaled down.

Widths follow the photo's size. The letters are Pillow's own font with its basic layout, never one
of the machine, so that the same strokes are the same bytes everywhere.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache

from PIL import Image, ImageDraw, ImageFont

Colour = tuple[int, int, int]
Point = tuple[float, float]
Place = tuple[float, float, float, float]

SCALE = 2
REFERENCE_SIDE = 1024  # the widths below are in pixels of a photo of this longest side
STROKE, HELPER, CASING, DOT, LETTERS, PAD = 3.0, 1.25, 2.0, 4.5, 17.0, 4.0
CASE = (0, 0, 0, 165)
PLATE = (12, 12, 12, 225)
HELPER_ALPHA = 165


class Layer:
    """Strokes in shares of the photo's sides, over a photo of ``size`` pixels."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.size = (size[0] * SCALE, size[1] * SCALE)
        self.unit = max(size) / REFERENCE_SIDE * SCALE
        self.image = Image.new("RGBA", self.size, (0, 0, 0, 0))
        self._pen = ImageDraw.Draw(self.image)
        self._labels: list[Place] = []

    def line(self, points: Sequence[Point], colour: Colour) -> None:
        """A line through the points on its dark casing, a dot at either end."""
        path = [self._at(point) for point in points]
        wide = self._width(STROKE)
        self._stroke(path, CASE, wide + 2 * self._width(CASING))
        for end in (path[0], path[-1]):
            self._dot(end, CASE, DOT + CASING)
        self._stroke(path, (*colour, 255), wide)
        for end in (path[0], path[-1]):
            self._dot(end, (*colour, 255), DOT)

    def ring(self, points: Sequence[Point], colour: Colour) -> None:
        """A closed line through the points."""
        path = [self._at(point) for point in (*points, points[0], points[1])]
        wide = self._width(STROKE)
        self._stroke(path, CASE, wide + 2 * self._width(CASING))
        self._stroke(path, (*colour, 255), wide)

    def helper(self, start: Point, end: Point, colour: Colour) -> None:
        """A thin guide line."""
        path = [self._at(start), self._at(end)]
        self._stroke(path, (0, 0, 0, 110), self._width(HELPER) + self._width(CASING))
        self._stroke(path, (*colour, HELPER_ALPHA), self._width(HELPER))

    def label(self, words: str, at: Point, colour: Colour) -> None:
        """Words on a dark plate beside a point, inside the photo and clear of earlier labels."""
        font = letters(max(8, round(LETTERS * self.unit)))
        left, top, right, bottom = font.getbbox(words, anchor="la")
        pad = self._width(PAD)
        wide, high = right - left + 2 * pad, bottom - top + 2 * pad
        x, y = self._free_place(self._at(at), (wide, high))
        self._labels.append((x, y, x + wide, y + high))
        self._pen.rounded_rectangle((x, y, x + wide, y + high), radius=pad, fill=PLATE)
        self._pen.text(
            (x + pad - left, y + pad - top), words, font=font, fill=(*colour, 255), anchor="la"
        )

    def over(self, photo: Image.Image) -> Image.Image:
        """A new picture without metadata: the photo with the layer on it."""
        under = Image.new("RGBA", photo.size)
        under.paste(photo.convert("RGB"))
        return Image.alpha_composite(under, self.image.reduce(SCALE)).convert("RGB")

    def _at(self, point: Point) -> tuple[int, int]:
        return round(point[0] * (self.size[0] - 1)), round(point[1] * (self.size[1] - 1))

    def _width(self, pixels: float) -> int:
        return max(1, round(pixels * self.unit))

    def _stroke(self, path: Sequence[tuple[int, int]], fill: tuple[int, ...], wide: int) -> None:
        self._pen.line(list(path), fill=fill, width=wide, joint="curve")

    def _dot(self, at: tuple[int, int], fill: tuple[int, ...], radius: float) -> None:
        self._pen.circle(at, self._width(radius), fill=fill)

    def _free_place(self, at: tuple[int, int], size: tuple[float, float]) -> tuple[int, int]:
        """Top left of a plate: right below the point, else the next free row downwards or up."""
        gap = self._width(PAD)
        rows = max(1, int(self.size[1] // (size[1] + gap)))
        for step in range(2 * rows):
            down = (step + 1) // 2 * (1 if step % 2 == 0 else -1)
            y = at[1] + gap + down * (size[1] + gap)
            place = self._inside((at[0] + gap, y), size)
            if not any(_overlap(place, size, taken) for taken in self._labels):
                return place
        return self._inside((at[0] + gap, at[1] + gap), size)

    def _inside(self, at: Point, size: tuple[float, float]) -> tuple[int, int]:
        gap = self._width(PAD)
        x = min(max(at[0], gap), max(gap, self.size[0] - size[0] - gap))
        y = min(max(at[1], gap), max(gap, self.size[1] - size[1] - gap))
        return round(x), round(y)


def _overlap(at: tuple[int, int], size: tuple[float, float], other: Place) -> bool:
    return (
        at[0] < other[2] and at[0] + size[0] > other[0]
        and at[1] < other[3] and at[1] + size[1] > other[1]
    )  # fmt: skip


@cache
def letters(size: int) -> ImageFont.FreeTypeFont:
    """Pillow's own font, laid out without the machine's text engine."""
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise RuntimeError("Pillow was built without FreeType; install it from its wheel.")
    return font.font_variant(layout_engine=ImageFont.Layout.BASIC)


def as_png(picture: Image.Image) -> bytes:
    """The picture as a PNG that holds pixels and nothing else."""
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=3)
    return out.getvalue()
