"""Crops are added, never edited: a change is a new row."""

from __future__ import annotations

import re

from accounts.models import User
from catalog.models import Crop, CropLabel, CropOrigin, Photo
from core.errors import InvalidInput
from inference.visible import visible_text
from measures.boxes import Box

# Crops closer than this are one crop: a millionth of the photo's side is no pixel.
DECIMALS = 6
MAX_RATIONALE = 5000
_RATIO = re.compile(r"(original|free|\d{1,3}(\.\d{1,4})?:\d{1,3}(\.\d{1,4})?)?")
_PATH = re.compile(r"([a-z_]+/[0-9a-f-]+)?")


def add_crop(
    *,
    photo: Photo,
    box: Box,
    origin: CropOrigin,
    label: CropLabel = CropLabel.UNKNOWN,
    rationale: str = "",
    ratio: str = "",
    made_from: str = "",
    by: User | None = None,
) -> Crop:
    """Add a crop; the same box of the same origin and source again gives the row that is there."""
    x1, y1, x2, y2 = (round(corner, DECIMALS) for corner in box.corners())
    Box(x1, y1, x2, y2)  # rounding may have left no area
    _check(rationale, ratio, made_from)
    crop = Crop(
        photo=photo, x1=x1, y1=y1, x2=x2, y2=y2, origin=origin, label=label, ratio=ratio,
        rationale=visible_text(rationale).strip(), made_from=made_from, by=by,
    )  # fmt: skip
    # ON CONFLICT DO NOTHING: an error would spoil the caller's transaction.
    Crop.objects.bulk_create([crop], ignore_conflicts=True)
    return Crop.objects.get(
        photo=photo, x1=x1, y1=y1, x2=x2, y2=y2, origin=origin, made_from=made_from
    )


def _check(rationale: str, ratio: str, made_from: str) -> None:
    if len(rationale) > MAX_RATIONALE:
        words = f"The rationale is longer than {MAX_RATIONALE:,} characters."
        raise InvalidInput(words, field="rationale")
    if len(ratio) > 16 or not _RATIO.fullmatch(ratio):
        raise InvalidInput("A ratio is written as 3:2, or original, or free.", field="ratio")
    if len(made_from) > 96 or not _PATH.fullmatch(made_from):
        raise InvalidInput("made_from is a path such as draft/12.", field="made_from")
