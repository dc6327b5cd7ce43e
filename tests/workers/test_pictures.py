"""The red outline that models see: outside of the crop, at its place, and nowhere else."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from inference.backends import Source
from measures.boxes import Box
from workers.pictures import outlined, shown_to


def grey(size: tuple[int, int] = (400, 200)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, (128, 128, 128)).save(file, "JPEG", quality=95)
    return file.getvalue()


def is_red(picture: bytes, x: int, y: int) -> bool:
    red, green, blue = Image.open(io.BytesIO(picture)).convert("RGB").getpixel((x, y))  # type: ignore[misc]
    return bool(red > 180 and green < 90 and blue < 90)


def test_the_outline_runs_around_the_crop() -> None:
    drawn = outlined(grey(), Box(0.25, 0.25, 0.75, 0.75))
    assert Image.open(io.BytesIO(drawn)).size == (400, 200)
    assert all(is_red(drawn, *at) for at in [(99, 100), (300, 100), (200, 49), (200, 150)])
    assert not any(is_red(drawn, *at) for at in [(104, 100), (200, 100), (20, 20), (390, 190)])


@pytest.mark.parametrize("at", [(0, 100), (399, 100), (200, 0), (200, 199)])
def test_at_the_photos_edge_it_stays_on_the_photo(at: tuple[int, int]) -> None:
    assert is_red(outlined(grey(), Box.whole()), *at)


def test_rules_get_the_photo_as_it_is_and_models_the_outline() -> None:
    assert shown_to(Source("rules"), b"picture", Box.whole()) == b"picture"
    assert shown_to(Source("openai"), grey(), Box.whole()) == outlined(grey(), Box.whole())
