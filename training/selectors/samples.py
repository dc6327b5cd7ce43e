"""What the model answers for the same held-out photos as the run goes on, ready to be drawn."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from catalog.models import Photo
from inference.visible import visible_text
from measures.boxes import Box
from measures.boxes.text import parse_box
from training.events import Event, tail
from training.models import Run
from training.places import run_folder

MOST_PHOTOS = 4
READ_BYTES = 1 << 26


@dataclass(frozen=True)
class Answer:
    """One answer at one step; ``frames`` are boxes for the crop-frame component."""

    step: int
    text: str
    frames: list[dict[str, Any]]


@dataclass(frozen=True)
class Watched:
    """One photo with its answers, the newest first."""

    photo: Photo
    wanted: str
    answers: list[Answer]

    @property
    def newest(self) -> Answer:
        """What the model says now."""
        return self.answers[0]


def watched_photos(run: Run) -> list[Watched]:
    """The photos whose answers the trainer writes out; none for a run without validation rows."""
    by_image: dict[str, list[Event]] = defaultdict(list)
    events, _ = tail(run_folder(run) / "events.jsonl", 0, limit=READ_BYTES)
    for event in events:
        if event.type == "sample" and event.data.get("images"):
            by_image[str(event.data["images"][0])].append(event)
    photos = _photos(run, list(by_image)[:MOST_PHOTOS])
    return [_watched(photos[image], found) for image, found in by_image.items() if image in photos]


def _photos(run: Run, images: list[str]) -> dict[str, Photo]:
    hashes = {PurePosixPath(image).stem: image for image in images}
    rows = Photo.objects.filter(project_id=run.project_id, content_hash__in=list(hashes))
    return {hashes[photo.content_hash]: photo for photo in rows}


def _watched(photo: Photo, events: list[Event]) -> Watched:
    wanted = str(events[-1].data.get("wanted", ""))
    answers = [_answer(event, wanted) for event in reversed(events)]
    return Watched(photo, visible_text(wanted), answers)


def _answer(event: Event, wanted: str) -> Answer:
    text = visible_text(str(event.data.get("answer", "")))[:500]
    boxes = [("expert", parse_box(wanted, "percent")), ("model", parse_box(text, "percent"))]
    frames = [
        {"box": box.as_list(), "label": "", "kind": kind}
        for kind, box in boxes
        if isinstance(box, Box)
    ]
    return Answer(int(event.data.get("step", 0)), text, frames)
