"""What the model answers for the same held-out photos as the run goes on, ready to be drawn."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import PurePosixPath
from statistics import fmean
from typing import Any

from accounts.models import User
from catalog.models import Photo
from measures.boxes import Box
from measures.boxes.text import BoxText, parse_box
from training.models import Run, WatchedAnswer
from training.selectors.seeing import hidden_ids

MOST_PHOTOS = 4


@dataclass(frozen=True)
class Answer:
    """One answer at one step; ``iou`` with what was wanted, 0 where it holds no box."""

    step: int
    text: str
    box: Box | None
    iou: float


@dataclass(frozen=True)
class Watched:
    """One photo with its answers, the newest first; ``wanted`` is the validation row's own."""

    photo: Photo
    wanted: Box | None
    answers: list[Answer]

    @property
    def newest(self) -> Answer:
        """What the model says now."""
        return self.answers[0]

    @property
    def frames(self) -> list[dict[str, Any]]:
        """For the crop-frame component: what was wanted, and the newest answer."""
        boxes = (("expert", self.wanted), ("model", self.newest.box))
        return [{"box": box.as_list(), "label": "", "kind": kind} for kind, box in boxes if box]


def watched_photos(run: Run, reader: User) -> list[Watched]:
    """The photos whose answers the trainer writes out; none for a run without validation rows, and
    none that the reader may still be asked about."""
    by_image: dict[str, list[WatchedAnswer]] = defaultdict(list)
    for row in run.watched_answers.order_by("-step", "pk"):
        by_image[row.image].append(row)
    photos = _photos(run, list(by_image))
    hidden = hidden_ids(run.project, reader, (photo.pk for photo in photos.values()))
    found = [
        _watched(photos[image], rows, _dialect(run))
        for image, rows in by_image.items()
        if image in photos and photos[image].pk not in hidden
    ]
    return found[:MOST_PHOTOS]


def mean_iou(watched: list[Watched]) -> dict[int, float]:
    """By step: how well the watched photos were answered, on average."""
    found: dict[int, list[float]] = defaultdict(list)
    for each in watched:
        for answer in each.answers if each.wanted else []:
            found[answer.step].append(answer.iou)
    return {step: fmean(values) for step, values in sorted(found.items())}


def _dialect(run: Run) -> BoxText:
    told = str(run.export.options.get("box_format") or BoxText.PERCENT)
    # Boxes in pixels cannot be drawn without the size of the picture that was shown.
    return BoxText(told) if told in {*BoxText} - {BoxText.RESIZED} else BoxText.PERCENT


def _photos(run: Run, images: list[str]) -> dict[str, Photo]:
    hashes = {PurePosixPath(image).stem: image for image in images}
    rows = Photo.objects.filter(project_id=run.project_id, content_hash__in=list(hashes))
    return {hashes[photo.content_hash]: photo for photo in rows}


def _watched(photo: Photo, rows: list[WatchedAnswer], dialect: BoxText) -> Watched:
    wanted = _box(rows[0].wanted, dialect)
    answers = []
    for row in rows:
        box = _box(row.answer, dialect)
        overlap = box.iou(wanted) if box and wanted else 0.0
        answers.append(Answer(row.step, row.answer[:500], box, overlap))
    return Watched(photo, wanted, answers)


def _box(text: str, dialect: BoxText) -> Box | None:
    found = parse_box(text, dialect)
    return found if isinstance(found, Box) else None
