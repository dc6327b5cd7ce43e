"""Camera facts from EXIF as plain values: no place, no free text beyond the camera's names."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

from PIL import ExifTags, Image

from catalog.selectors.decoding import UNREADABLE
from catalog.selectors.wording import one_line

Base, Exif = ExifTags.Base, ExifTags.IFD.Exif
# Our name, EXIF tag, and the range a sane value lies in.
NUMBERS = {
    "focal_length_mm": (Base.FocalLength, 1, 5000),
    "focal_length_35mm": (Base.FocalLengthIn35mmFilm, 1, 5000),
    "aperture": (Base.FNumber, 0.5, 128),
    "shutter_s": (Base.ExposureTime, 1e-6, 86400),
    "iso": (Base.ISOSpeedRatings, 1, 10_000_000),
}
DATES = (Base.DateTimeOriginal, Base.DateTimeDigitized)


def camera_facts(picture: Image.Image) -> dict[str, Any]:
    """What is known of how the photo was taken; empty where EXIF is missing or broken.

    Keys: ``focal_length_mm``, ``focal_length_35mm``, ``aperture`` (f-number), ``shutter_s``
    (seconds), ``iso``, ``taken_at`` (ISO 8601 without zone), ``camera``, ``lens``.
    """
    try:
        exif = picture.getexif()
        inner = exif.get_ifd(Exif)
        return _facts(exif, inner)
    except UNREADABLE:
        return {}


def _facts(exif: Image.Exif, inner: dict[int, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for name, (tag, low, high) in NUMBERS.items():
        value = _number(inner.get(tag))
        if value is not None and low <= value <= high:
            facts[name] = round(value, 8)
    facts["taken_at"] = next((date for tag in DATES if (date := _date(inner.get(tag)))), "")
    facts["camera"] = _camera(exif)
    facts["lens"] = one_line(inner.get(Base.LensModel, ""), 80)
    return {name: value for name, value in facts.items() if value != ""}


def _number(value: object) -> float | None:
    if isinstance(value, (tuple, list)) and value:
        value = value[0]
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _date(value: object) -> str:
    try:  # EXIF's own way of writing it, in the camera's local time
        return datetime.strptime(str(value)[:19], "%Y:%m:%d %H:%M:%S").isoformat()  # noqa: DTZ007
    except ValueError:
        return ""


def _camera(exif: Image.Exif) -> str:
    make, model = (one_line(exif.get(tag, ""), 60) for tag in (Base.Make, Base.Model))
    return model if make and model.lower().startswith(make.lower()) else f"{make} {model}".strip()
