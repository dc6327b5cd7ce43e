"""EXIF orientation, checked against Pillow on real pixels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from core.errors import InvalidInput
from measures.boxes import Box
from measures.boxes.orientation import from_upright, to_upright, upright_size
from tests.measures.boxes.strategies import boxes

ORIENTATIONS = range(1, 9)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_a_box_follows_its_pixels(orientation: int) -> None:
    pixels = np.zeros((20, 40), dtype=np.uint8)
    pixels[2:8, 4:20] = 255
    photo = Image.fromarray(pixels)
    photo.getexif()[0x0112] = orientation
    upright = np.asarray(ImageOps.exif_transpose(photo))
    rows, columns = np.nonzero(upright)
    height, width = upright.shape
    expected = (
        columns.min() / width,
        rows.min() / height,
        (columns.max() + 1) / width,
        (rows.max() + 1) / height,
    )
    assert upright_size((40, 20), orientation) == (width, height)
    assert to_upright(Box(0.1, 0.1, 0.5, 0.4), orientation).corners() == pytest.approx(expected)


@given(boxes(), st.sampled_from(ORIENTATIONS))
def test_orientation_goes_there_and_back(box: Box, orientation: int) -> None:
    back = from_upright(to_upright(box, orientation), orientation)
    assert back.corners() == pytest.approx(box.corners(), abs=1e-9)


def test_an_unknown_orientation_is_refused() -> None:
    with pytest.raises(InvalidInput, match="1 to 8"):
        to_upright(Box.whole(), 9)
