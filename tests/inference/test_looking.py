"""Facts measured from drawn pictures whose truth is known."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from core.errors import InvalidInput
from inference.looking import Facts, look
from tests.inference.requests import drawn_photo, encoded


def facts_of(pixels: np.ndarray) -> Facts:
    return look(encoded(Image.fromarray(pixels.astype(np.uint8)), "PNG"))


def plain(value: int, size: tuple[int, int] = (200, 300)) -> np.ndarray:
    return np.full((*size, 3), value)


@pytest.mark.parametrize("x", [0.2, 0.333, 0.5, 0.667, 0.8])
@pytest.mark.parametrize("y", [0.3, 0.5, 0.62])
def test_bright_subject_is_found(x: float, y: float) -> None:
    subject = look(drawn_photo((x - 0.1, y - 0.12, x + 0.1, y + 0.12))).subject
    assert subject.centre == pytest.approx((x, y), abs=0.05)
    assert subject.box[0] == pytest.approx(x - 0.1, abs=0.07)
    assert subject.clarity > 0.3 and subject.touches == ()


def test_subject_at_the_edge_is_said_to_touch_it() -> None:
    assert "right" in look(drawn_photo((0.8, 0.3, 1.0, 0.6))).subject.touches


@pytest.mark.parametrize("tilt", [-6.0, -3.0, 0.0, 2.0, 5.0])
def test_tilt_is_measured_in_degrees(tilt: float) -> None:
    lines = look(drawn_photo(tilt=tilt, size=(480, 320))).lines
    assert lines.tilt == pytest.approx(tilt, abs=0.8)
    assert lines.tilt_confidence > 0.25


def test_light_is_measured() -> None:
    half = plain(0)
    half[:, 150:] = 255
    light = facts_of(half).light
    assert light.blocked == pytest.approx(0.5, abs=0.02)
    assert light.blown == pytest.approx(0.5, abs=0.02)
    assert light.contrast == pytest.approx(1)
    assert facts_of(plain(128)).light.contrast == 0


def test_colour_is_measured() -> None:
    noise = np.random.default_rng(1).integers(80, 180, (100, 100, 1))
    assert facts_of(np.repeat(noise, 3, axis=2)).colour.is_grey
    assert facts_of(noise * np.array([1.0, 0.9, 0.7])).colour.is_grey  # sepia
    photo = np.random.default_rng(2).integers(60, 160, (100, 100, 3))
    colour = facts_of(photo + np.array([50, 0, 0])).colour
    assert not colour.is_grey and colour.warmth > 0.05
    assert facts_of(photo + np.array([0, 60, 0])).colour.magenta < -0.1


def test_horizon_is_found() -> None:
    scene = plain(180)
    scene[130:] = 60
    assert facts_of(scene).lines.horizon == pytest.approx(0.65, abs=0.02)
    assert facts_of(plain(100)).lines.horizon is None


def test_symmetry_is_measured() -> None:
    noise = np.random.default_rng(3).integers(0, 255, (25, 20, 3)).astype(np.uint8)
    small = np.concatenate([noise, noise[:, ::-1]], axis=1)
    big = np.asarray(Image.fromarray(small).resize((320, 200)))
    assert facts_of(big).balance.mirror_sideways > 0.95
    assert (
        facts_of(np.asarray(Image.fromarray(noise).resize((320, 200)))).balance.mirror_sideways
        < 0.6
    )


def test_balance_leans_to_the_subject() -> None:
    right = look(drawn_photo((0.7, 0.4, 0.9, 0.6))).balance
    left = look(drawn_photo((0.1, 0.4, 0.3, 0.6))).balance
    assert right.lean_right > 0.2 > -0.2 > left.lean_right


def test_empty_strips_and_room_are_measured() -> None:
    scene = plain(60)
    scene[120:] = np.random.default_rng(4).integers(0, 255, (80, 300, 3))
    borders = facts_of(scene).borders
    assert borders.empty[1] == pytest.approx(0.58, abs=0.04)
    assert borders.empty[3] == 0


def test_flat_picture_has_facts_too() -> None:
    facts = facts_of(plain(0, (10, 10)))
    assert facts.light.median == 0 and facts.lines.tilt_confidence == 0
    assert 0 <= facts.subject.box[0] < facts.subject.box[2] <= 1


def test_orientation_tag_is_applied() -> None:
    image = Image.open(io.BytesIO(drawn_photo((0.1, 0.1, 0.3, 0.3))))
    exif = Image.Exif()
    exif[0x0112] = 6
    file = io.BytesIO()
    image.save(file, "JPEG", exif=exif)
    facts = look(file.getvalue())
    assert facts.aspect == pytest.approx(200 / 300, abs=0.01)
    assert facts.subject.centre == pytest.approx((0.8, 0.2), abs=0.06)


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"\xff\xd8\xff\xe0", drawn_photo()[:3000]])
def test_unreadable_picture_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput, match="not a picture that can be read"):
        look(data)
