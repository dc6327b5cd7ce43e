"""Photos as pages show them: camera facts in words, crops as frames."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from catalog.models import Crop, CropOrigin, Photo
from measures.boxes import Box
from measures.boxes.conversions import to_pixel_cut

# How a crop's frame is drawn, by where it came from (templates/components/crop_frame.html).
FRAMES = {
    CropOrigin.EXPERT: "expert",
    CropOrigin.MODEL: "model",
    CropOrigin.IMPORTED: "best",
    CropOrigin.GRID: "draft",
    CropOrigin.RANDOM_BAD: "draft",
}


@dataclass(frozen=True)
class CropRow:
    """A crop in a list: ``number`` stands on the photo too, ``pixels`` is its size."""

    number: int
    crop: Crop
    pixels: tuple[int, int]
    share: float
    frame: dict[str, Any]


def crop_rows(photo: Photo, crops: Iterable[Crop]) -> list[CropRow]:
    """Crops numbered from 1, with what ``crop_frame.html`` needs to draw them."""
    return [_crop_row(photo, number, crop) for number, crop in enumerate(crops, start=1)]


def _crop_row(photo: Photo, number: int, crop: Crop) -> CropRow:
    box = Box(*crop.corners)
    left, top, right, bottom = to_pixel_cut(box, (photo.width, photo.height))
    kind = FRAMES[CropOrigin(crop.origin)]
    frame = {"box": box.as_list(), "label": str(number), "kind": kind}
    return CropRow(number, crop, (right - left, bottom - top), box.area, frame)


def camera_words(photo: Photo) -> list[tuple[str, str]]:
    """Camera facts as (name, words): ``("Shutter", "1/250 s")``; unknown ones are left out."""
    facts = photo.facts
    words = [
        ("Taken", _date(facts.get("taken_at"))),
        ("Focal length", _focal_length(facts)),
        ("Aperture", f"f/{facts['aperture']:g}" if "aperture" in facts else ""),
        ("Shutter", _shutter(facts.get("shutter_s"))),
        ("ISO", f"{facts['iso']:g}" if "iso" in facts else ""),
        ("Camera", facts.get("camera", "")),
        ("Lens", facts.get("lens", "")),
    ]
    return [(name, value) for name, value in words if value]


def _date(value: str | None) -> str:
    return f"{datetime.fromisoformat(value):%-d %B %Y, %H:%M}" if value else ""


def _focal_length(facts: dict[str, Any]) -> str:
    if "focal_length_mm" not in facts:
        return ""
    words = f"{facts['focal_length_mm']:g} mm"
    full = facts.get("focal_length_35mm")
    return f"{words} ({full:g} mm on full frame)" if full else words


def _shutter(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f"{seconds:g} s" if seconds >= 0.3 else f"1/{1 / seconds:.0f} s"
