"""Single ratings made elsewhere, as votes on the photos and crops that are here.

Only ratings on our own scales count as votes (crops 1 to 5, photos 1 to 10): numbers of two scales
are never put into one mean. A rater of a source gets a number below 0, so that nobody is taken for
one of our people; ratings that only have a place in a list are each somebody of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db.models import Q, QuerySet

from accounts.models import Project
from curation.models import AnnotationImportState, ImportedPair, ImportedRating

CROP_SCALE, PHOTO_SCALE = "1-5", "1-10"
NOBODY = 10**15
_FIELDS = (
    "pk", "source_photo__photo_id", "box__crop_id", "rater_id", "rater__is_person", "value",
)  # fmt: skip
_PAIR_FIELDS = (
    "pk", "source_photo__photo_id", "rater_id", "first__crop_id", "second__crop_id", "for_first",
    "for_second", "ties",
)  # fmt: skip
OUTCOMES = "first", "second", "tie"
MOST_OF_A_PAIR = 1000  # keeps the numbers of one pair's unnamed voters apart from the next one's
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


def imported_pair_votes(
    photo_ids: Sequence[int],
) -> Iterator[tuple[int, int, int, int, str]]:
    """(photo, person, first crop, second crop, outcome) of every single vote; votes that a source
    only counts are each somebody of their own."""
    rows = pairs_here().filter(source_photo__photo_id__in=photo_ids).order_by("pk")
    for row in rows.values_list(*_PAIR_FIELDS):
        pk, photo, rater, first, second, *counts = row
        said = [word for word, n in zip(OUTCOMES, counts, strict=True) for _ in range(n)]
        for at, outcome in enumerate(said):
            yield (
                photo,
                -rater if rater else -NOBODY - pk * MOST_OF_A_PAIR - at,
                first,
                second,
                outcome,
            )


def pairs_here() -> QuerySet[ImportedPair]:
    """Imported pairs whose crops are both here."""
    done = Q(source_photo__annotation_import__state=AnnotationImportState.DONE)
    crops = Q(first__crop__isnull=False, second__crop__isnull=False)
    return ImportedPair.objects.filter(done & crops)


def _ours() -> QuerySet[ImportedRating]:
    of_crop = Q(scale=CROP_SCALE, box__crop__isnull=False)
    of_photo = Q(scale=PHOTO_SCALE, box__isnull=True)
    done = Q(source_photo__annotation_import__state=AnnotationImportState.DONE)
    return ImportedRating.objects.filter(of_crop | of_photo).filter(done)
