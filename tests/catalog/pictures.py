"""Tiny picture files made in code, each broken or whole in one way."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
from PIL import ExifTags, Image


def scene(number: int = 0, size: tuple[int, int] = (96, 64)) -> Image.Image:
    """A smooth picture of its own kind for each number; different numbers do not look alike."""
    rng = np.random.default_rng(number)
    small = rng.integers(0, 255, (6, 6, 3), dtype=np.uint8)
    return Image.fromarray(small).resize(size, Image.Resampling.BICUBIC)


def file_of(picture: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    """The picture as a file."""
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def jpeg(number: int = 0, size: tuple[int, int] = (96, 64), **options: Any) -> bytes:
    """A small JPEG of `scene`."""
    return file_of(scene(number, size), quality=92, **options)


def quarters(size: tuple[int, int] = (80, 40)) -> Image.Image:
    """Red, green over blue, white: shows how a picture lies."""
    picture = Image.new("RGB", size, "white")
    width, height = size
    for colour, box in {
        "red": (0, 0, width // 2, height // 2),
        "lime": (width // 2, 0, width, height // 2),
        "blue": (0, height // 2, width // 2, height),
    }.items():
        picture.paste(colour, box)
    return picture


def lying(kind: str = "JPEG", orientation: int = 6, **options: Any) -> bytes:
    """`quarters` with an EXIF orientation."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    return file_of(quarters(), kind, exif=exif, **options)


def bomb_png(side: int = 20_000) -> bytes:
    """A valid PNG header of ``side`` x ``side`` pixels (400 megapixels) and hardly any data."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 100_000)
    chunks = [(b"IHDR", head), (b"IDAT", body), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
