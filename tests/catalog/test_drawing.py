"""Drawn compositions and candidates: what is drawn, what is left out, the same bytes always."""

from __future__ import annotations

import hashlib
import io
import os
import re
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from catalog.drawing.candidates import candidates_png
from catalog.drawing.composition import Shape, composition_png, is_drawn, left_out
from catalog.drawing.palette import COLOURS, rgb
from core.errors import InvalidInput
from measures.boxes import Box
from measures.boxes.conversions import corners_from_points
from measures.geometry.elements import CROP_ELEMENTS, Element, Geometry, geometry_of
from tests.measures.reference_data import needs_reference_data, reference_json

SHAPES: dict[Element, tuple[float, ...]] = {
    Element.CENTER: (0.35, 0.3, 0.65, 0.7),
    Element.RULE_OF_THIRDS: (0.2, 0.2, 0.45, 0.45),
    Element.GOLDEN_RATIO: (0.55, 0.55, 0.7, 0.75),
    Element.HORIZONTAL: (0, 0.42, 1, 0.44),
    Element.VERTICAL: (0.8, 0.05, 0.79, 0.95),
    Element.DIAGONAL: (0.1, 0.9, 0.9, 0.1),
    Element.SYMMETRIC: (0.5, 0, 0.5, 1),
    Element.TRIANGLE: (0.1, 0.95, 0.4, 0.5, 0.5, 0.95),
    Element.CURVED: (0.6, 0.9, 0.7, 0.8, 0.75, 0.85, 0.95, 0.6),
    Element.VANISHING_POINT: (0, 0.8, 0.5, 0.45),
    Element.RADIAL: (0.1, 0.1, 0.2, 0.2),
    Element.FILL_THE_FRAME: (),
    Element.PATTERN: (),
}
# All ten on the grey photo below, as decoded pixels: a change of the drawing shows here.
ALL_TEN = "9c8aadffa55ab917dd77eed9d8adfc0b2a371cbc9eea91a13c00584d22d5333f"
AGAIN = """
import sys
from tests.catalog.test_drawing import SHAPES, grey
from catalog.drawing.composition import composition_png
sys.stdout.buffer.write(composition_png(grey(), list(SHAPES.items())))
"""


def grey(size: tuple[int, int] = (300, 200)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (120, 120, 120)).save(out, "PNG", icc_profile=b"a profile")
    return out.getvalue()


def read(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png))


def colours_in(picture: Image.Image) -> set[object]:
    return {colour for _, colour in picture.getcolors(1 << 24) or []}


@pytest.mark.parametrize("element", CROP_ELEMENTS)
def test_each_of_the_ten_is_drawn_in_its_colour(element: Element) -> None:
    drawn = read(composition_png(grey(), [(element, SHAPES[element])]))
    assert drawn.size == (300, 200)
    assert rgb(element) in colours_in(drawn)


def test_the_other_three_are_left_out_knowingly() -> None:
    three = [(element, SHAPES[element]) for element in Element if not is_drawn(element)]
    drawn = read(composition_png(grey(), three))
    assert len(three) == 3 and colours_in(drawn) == {(120, 120, 120)}
    assert left_out([*three, (Element.CENTER, SHAPES[Element.CENTER])]) == [e for e, _ in three]


def test_all_ten_are_these_very_pixels() -> None:
    drawn = read(composition_png(grey(), list(SHAPES.items())))
    assert hashlib.sha256(drawn.tobytes()).hexdigest() == ALL_TEN


def test_another_process_draws_the_same_bytes() -> None:
    env = {**os.environ, "LANG": "tr_TR.UTF-8", "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
    done = subprocess.run([sys.executable, "-c", AGAIN], env=env, capture_output=True, check=True)
    assert done.stdout == composition_png(grey(), list(SHAPES.items()))


def test_the_file_holds_pixels_and_nothing_else() -> None:
    png, at, chunks = composition_png(grey(), []), 8, set()
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        chunks.add(png[at + 4 : at + 8])
        at += length + 12
    assert chunks == {b"IHDR", b"IDAT", b"IEND"}


def test_lines_are_as_wide_as_the_photo_asks() -> None:
    def touched(size: tuple[int, int]) -> float:
        line: list[Shape] = [(Element.HORIZONTAL, (0.2, 0.5, 0.8, 0.5))]
        before, after = read(grey(size)).convert("RGB"), read(composition_png(grey(size), line))
        changed = ImageChops.difference(before, after).convert("L").point(lambda v: bool(v) * 255)
        return changed.histogram()[255] / (size[0] * size[1])

    assert touched((1800, 1200)) == pytest.approx(touched((900, 600)), rel=0.15)


def test_coordinates_that_make_no_shape_are_refused() -> None:
    with pytest.raises(InvalidInput, match="3 numbers"):
        composition_png(grey(), [(Element.TRIANGLE, (0.1, 0.2, 0.3))])
    with pytest.raises(InvalidInput, match="no picture"):
        composition_png(b"nothing", [])


def test_candidates_are_numbered_boxes() -> None:
    boxes = [Box(0.1, 0.1, 0.6, 0.6), Box(0.3, 0.2, 1.0, 0.9)]
    png = candidates_png(grey(), boxes)
    assert {rgb(Element.CENTER), rgb(Element.RULE_OF_THIRDS)} <= colours_in(read(png))
    assert png == candidates_png(grey(), boxes) != candidates_png(grey(), boxes[::-1])


def test_pages_name_the_same_colours() -> None:
    tokens = (Path(__file__).parents[2] / "static/css/tokens.css").read_text()
    named = dict(re.findall(r"--element-([a-z-]+): (#[0-9a-f]{6});", tokens))
    assert named == {element.value.replace("_", "-"): code for element, code in COLOURS.items()}


def share_of(pixels: list[float], element: Element) -> tuple[float, ...]:
    """CADB's pixels as shares; its photos are at most 1,024 pixels a side."""
    if geometry_of(element) is Geometry.BOX:
        pixels = list(corners_from_points([pixels[:2], pixels[2:]]))
    return tuple(min(1.0, value / 1024) for value in pixels)


@needs_reference_data
def test_cadbs_own_annotations_are_drawn() -> None:
    photo = grey((256, 256))
    seen: set[Element] = set()
    for photo_at, drawn in enumerate(reference_json("cadb/composition_elements.json").values()):
        classes = {Element(name) for name in drawn if name != "none"}
        if photo_at % 400 and classes <= seen:
            continue
        seen |= classes
        shapes: list[Shape] = [
            (element, share_of(points, element))
            for element in classes
            for points in drawn[element] or [[]]
        ]
        changes = composition_png(photo, shapes) != composition_png(photo, [])
        assert changes == any(is_drawn(element) for element in classes)
    assert seen == set(Element)
