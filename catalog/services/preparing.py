"""One picture file read once: its facts, its likeness hash and its renditions."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from catalog.selectors.decoding import Header, decode, header, opened
from catalog.selectors.facts import camera_facts
from catalog.selectors.pixels import SIZES, jpeg
from measures.likeness import perceptual_hash, to_signed


@dataclass(frozen=True)
class Smaller:
    """A rendition not yet stored; ``size`` is the longest side it was made for."""

    size: int
    width: int
    height: int
    content: bytes


@dataclass(frozen=True)
class Prepared:
    """All that a photo's row needs; ``phash`` is signed, as the database holds it."""

    header: Header
    facts: dict[str, Any]
    phash: int
    renditions: list[Smaller]


def prepare(path: Path) -> Prepared:
    """Decode a file and make its renditions; `InvalidInput` or `TooLarge` say why it cannot be.

    A 24-megapixel JPEG takes about 0.3 s and 60 MB, because it is decoded at half its size.
    """
    with opened(path) as picture:
        head, facts = header(picture), camera_facts(picture)
        upright = decode(picture, longest=SIZES[-1])
    return Prepared(head, facts, likeness(upright), _smaller(upright, max(head.size)))


def likeness(upright: Image.Image) -> int:
    """The signed perceptual hash of an upright picture."""
    small = upright.convert("L").resize((32, 32), Image.Resampling.BOX, reducing_gap=2.0)
    return to_signed(perceptual_hash(np.asarray(small)))


def content_hash(path: Path) -> str:
    """SHA-256 of the file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sizes_for(longest: int) -> list[int]:
    """The rendition sizes a photo gets: up to the first that already holds it whole."""
    wanted = [size for size in SIZES if size < longest]
    return wanted + [size for size in SIZES if size >= longest][:1]


def _smaller(upright: Image.Image, longest: int) -> list[Smaller]:
    made = []
    for size in reversed(sizes_for(longest)):
        upright.thumbnail((size, size), Image.Resampling.LANCZOS, reducing_gap=2.0)
        made.append(Smaller(size, *upright.size, jpeg(upright)))
    return made[::-1]
