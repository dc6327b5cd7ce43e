"""Regions of questions are added, never edited: a change is a new row."""

from __future__ import annotations

from accounts.models import User
from catalog.models import CropOrigin, Question, Region
from catalog.services.crops import DECIMALS
from core.errors import InvalidInput
from inference.visible import visible_text
from measures.boxes import Box

MAX_NOTE = 2_000


def add_region(
    *,
    question: Question,
    box: Box,
    origin: CropOrigin,
    note: str = "",
    made_from: str = "",
    by: User | None = None,
) -> Region:
    """Add a region; the same box of the same origin and source again gives the row that is there."""
    x1, y1, x2, y2 = (round(corner, DECIMALS) for corner in box.corners())
    Box(x1, y1, x2, y2)  # rounding may have left no area
    if len(note) > MAX_NOTE:
        raise InvalidInput(f"A note has at most {MAX_NOTE:,} characters.", field="note")
    region = Region(
        question=question, x1=x1, y1=y1, x2=x2, y2=y2, origin=origin, made_from=made_from, by=by,
        note=visible_text(note).strip(),
    )  # fmt: skip
    # ON CONFLICT DO NOTHING: an error would spoil the caller's transaction.
    Region.objects.bulk_create([region], ignore_conflicts=True)
    return Region.objects.get(
        question=question, x1=x1, y1=y1, x2=x2, y2=y2, origin=origin, made_from=made_from
    )
