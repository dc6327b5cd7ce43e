"""The requests of a new batch: one per photo, crop or question, and sample."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from annotation.models import DraftBatch, DraftRequest
from annotation.pipelines import Subject, pipeline_of
from catalog.models import Crop, CropLabel, Photo, PhotoState, Question
from core.errors import InvalidInput

AT_ONCE = 2000
NOTHING = {
    Subject.PHOTO: "No ready photo is selected, so there is nothing to draft.",
    Subject.CROP: "No selected photo has a crop that is known to be good or bad.",
    Subject.QUESTION: "No selected photo has a question. Import questions first.",
}


@dataclass(frozen=True)
class About:
    """What one request is about."""

    photo_id: int
    crop_id: int | None = None
    question_id: int | None = None


def add_requests(*, batch: DraftBatch, photos: Iterable[Photo]) -> int:
    """Write a batch's requests; `InvalidInput` when there is nothing to draft. How many it has."""
    subject = pipeline_of(batch.pipeline).subject
    subjects = list(_subjects(subject, _ready(batch.project_id, photos)))
    if not subjects:
        raise InvalidInput(NOTHING[subject], field="photos")
    samples = int(batch.parameters.get("samples", 1))
    rows = [
        DraftRequest(
            batch=batch, photo_id=about.photo_id, crop_id=about.crop_id,
            question_id=about.question_id, sample=sample,
        )
        for about in subjects
        for sample in range(1, samples + 1)
    ]  # fmt: skip
    DraftRequest.objects.bulk_create(rows, batch_size=AT_ONCE)
    return len(rows)


def _ready(project_id: int, photos: Iterable[Photo]) -> list[int]:
    """Ids of the ready photos, each once, in the order given."""
    chosen: dict[int, None] = {}
    for photo in photos:
        if photo.project_id != project_id:
            raise InvalidInput("A batch drafts photos of one project only.", field="photos")
        if photo.state == PhotoState.READY:
            chosen[photo.pk] = None
    return list(chosen)


def _subjects(subject: Subject, photo_ids: list[int]) -> Iterator[About]:
    if subject is Subject.PHOTO:
        yield from (About(photo_id) for photo_id in photo_ids)
        return
    for start in range(0, len(photo_ids), AT_ONCE):
        chunk = photo_ids[start : start + AT_ONCE]
        yield from _crops(chunk) if subject is Subject.CROP else _questions(chunk)


def _crops(photo_ids: list[int]) -> Iterator[About]:
    rows = Crop.objects.filter(photo_id__in=photo_ids).exclude(label=CropLabel.UNKNOWN)
    for photo_id, pk in rows.order_by("-photo_id", "pk").values_list("photo_id", "pk"):
        yield About(photo_id, crop_id=pk)


def _questions(photo_ids: list[int]) -> Iterator[About]:
    rows = Question.objects.filter(photo_id__in=photo_ids)
    for photo_id, pk in rows.order_by("-photo_id", "pk").values_list("photo_id", "pk"):
        yield About(photo_id, question_id=pk)
