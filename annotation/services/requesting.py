"""The requests of a new batch: one per photo, crop or question, and sample."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from annotation.models import DraftBatch, DraftRequest
from annotation.pipelines import Subject, pipeline_of
from annotation.sampling import RationalesParameters
from annotation.selectors.judged_crops import bad_crops_of, good_crops
from annotation.services.bad_crops import make_bad_crops
from catalog.models import Photo, PhotoState, Question
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
    params: dict[str, Any] = field(default_factory=dict)


def add_requests(*, batch: DraftBatch, photos: Iterable[Photo]) -> int:
    """Write a batch's requests; `InvalidInput` when there is nothing to draft. How many it has."""
    subject = pipeline_of(batch.pipeline).subject
    subjects = list(_subjects(subject, _ready(batch.project_id, photos), batch))
    if not subjects:
        raise InvalidInput(NOTHING[subject], field="photos")
    samples = int(batch.parameters.get("samples", 1))
    rows = [
        DraftRequest(
            batch=batch, photo_id=about.photo_id, crop_id=about.crop_id,
            question_id=about.question_id, sample=sample,
            params=about.params,
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


def _subjects(subject: Subject, photo_ids: list[int], batch: DraftBatch) -> Iterator[About]:
    if subject is Subject.PHOTO:
        yield from (About(photo_id) for photo_id in photo_ids)
        return
    for start in range(0, len(photo_ids), AT_ONCE):
        chunk = photo_ids[start : start + AT_ONCE]
        yield from _crops(chunk, batch) if subject is Subject.CROP else _questions(chunk)


def _crops(photo_ids: list[int], batch: DraftBatch) -> Iterator[About]:
    """Good and bad crops of each photo, after the bad ones were made; a photo that got fewer than
    wanted has a request without a crop, which ends as a failure that says why."""
    wanted = RationalesParameters(**batch.parameters)
    photos = list(Photo.objects.filter(pk__in=photo_ids))
    short = make_bad_crops(
        photos=photos, per_photo=wanted.bad_per_photo, seed=wanted.seed,
        good_per_photo=wanted.good_per_photo,
    )  # fmt: skip
    good = good_crops(photo_ids, wanted.good_per_photo)
    bad = bad_crops_of(photo_ids, wanted.seed, wanted.bad_per_photo)
    for photo_id in photo_ids:
        for crop in [*good.get(photo_id, []), *bad.get(photo_id, [])]:
            yield About(photo_id, crop.pk)
        if photo_id in short:
            yield About(photo_id, params={"problem": short[photo_id]})


def _questions(photo_ids: list[int]) -> Iterator[About]:
    rows = Question.objects.filter(photo_id__in=photo_ids)
    for photo_id, pk in rows.order_by("-photo_id", "pk").values_list("photo_id", "pk"):
        yield About(photo_id, question_id=pk)
