"""What pages draw as SVG, as numbers: a score with its interval, a crop cut out of its photo."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.models import Crop, Photo
from curation.models import Score, ScoreKind
from curation.selectors.quality import ENDS

WIDTH, PAD, MIDDLE = 180.0, 8.0, 12.0


@dataclass(frozen=True)
class Whisker:
    """Pixels of a drawing 180 x 24. ``low`` and ``high`` are None where no interval is known; the
    drawing is clipped to the scale, the figures never are."""

    x: float
    low: float | None
    high: float | None
    marks: list[float]
    words: str


def whisker(score: Score) -> Whisker:
    """The drawing of one score."""
    bottom, top = ENDS[ScoreKind(score.kind)]

    def at(value: float) -> float:
        part = (min(max(value, bottom), top) - bottom) / (top - bottom)
        return round(PAD + part * (WIDTH - 2 * PAD), 1)

    known = score.low is not None and score.high is not None
    return Whisker(
        x=at(score.value),
        low=at(score.low or 0.0) if known else None,
        high=at(score.high or 0.0) if known else None,
        marks=[at(mark) for mark in range(bottom, top + 1)],
        words=f"{score.value:.2f} on a scale from {bottom} to {top}",
    )


@dataclass(frozen=True)
class Cut:
    """A crop in pixels of its photo."""

    x: float
    y: float
    width: float
    height: float


def cut(crop: Crop, photo: Photo) -> Cut:
    """Where to cut."""
    x1, y1, x2, y2 = crop.corners
    width, height = photo.width or 1, photo.height or 1
    return Cut(
        round(x1 * width, 1), round(y1 * height, 1), round((x2 - x1) * width, 1),
        round((y2 - y1) * height, 1),
    )  # fmt: skip
