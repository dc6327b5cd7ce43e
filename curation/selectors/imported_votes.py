"""Single ratings made elsewhere, as votes on the photos and crops that are here.

Only ratings on our own scales count as votes (crops 1 to 5, photos 1 to 10): numbers of two scales
are never put into one mean. A rater of a source gets a number below 0, so that nobody is taken for
one of our people; ratings that only have a place in a list are each somebody of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db.models import Q, QuerySet

from accounts.models import Project
from curation.models import AnnotationImportState, ImportedRating

CROP_SCALE, PHOTO_SCALE = "1-5", "1-10"
NOBODY = 10**15
_FIELDS = (
    "pk", "source_photo__photo_id", "box__crop_id", "rater_id", "rater__is_person", "value",
)  # fmt: skip
ImportedVote = tuple[int, int, int | None, int, float]


def imported_votes(photo_ids: Sequence[int], **only: int | None) -> Iterator[ImportedVote]:
    """(rating, photo, crop, person, value); ``only`` may name a ``crop_id``, None for the photo."""
    rows = _ours().filter(source_photo__photo_id__in=photo_ids)
    if "crop_id" in only:
        crop_id = only["crop_id"]
        rows = rows.filter(box=None) if crop_id is None else rows.filter(box__crop_id=crop_id)
    for pk, photo, crop, rater, is_person, value in rows.order_by("pk").values_list(*_FIELDS):
        yield pk, photo, crop, -rater if is_person else -NOBODY - pk, value


def rated_elsewhere(project: Project) -> list[int]:
    """Photos that are here and have such votes."""
    rows = _ours().filter(source_photo__photo__project=project).order_by("source_photo__photo_id")
    return list(rows.values_list("source_photo__photo_id", flat=True).distinct())


def _ours() -> QuerySet[ImportedRating]:
    of_crop = Q(scale=CROP_SCALE, box__crop__isnull=False)
    of_photo = Q(scale=PHOTO_SCALE, box__isnull=True)
    done = Q(source_photo__annotation_import__state=AnnotationImportState.DONE)
    return ImportedRating.objects.filter(of_crop | of_photo).filter(done)
