"""Bad crops beside a photo's good ones, stored with the rule that made them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any

from django.db import transaction

from annotation.selectors.judged_crops import good_crops
from catalog.models import Crop, CropLabel, CropOrigin, Photo
from measures.boxes import Box
from measures.geometry.bad_crops import NAME, VERSION, BadCrop, bad_crops

AT_ONCE = 500


@transaction.atomic
def make_bad_crops(
    *, photos: Sequence[Photo], per_photo: int, seed: int, good_per_photo: int
) -> dict[int, str]:
    """Add ``per_photo`` bad crops to each photo that has a good one (`good_crops`).

    The same seed again adds nothing: its crops are numbered, and a number that is there stays as
    it is, even if the photo has other good crops by now. Photos that got fewer, with the reason.
    """
    short: dict[int, str] = {}
    for start in range(0, len(photos) if per_photo else 0, AT_ONCE):
        chunk = photos[start : start + AT_ONCE]
        ids = [photo.pk for photo in chunk]
        good, known = good_crops(ids, good_per_photo), _known_numbers(ids, seed)
        rows: list[Crop] = []
        for photo in chunk:
            there = known.get(photo.pk, set())
            if photo.pk not in good or set(range(1, per_photo + 1)) <= there:
                continue
            made, why = _made_for(photo, good[photo.pk], per_photo, seed)
            rows += [row for row in made if row.rule["number"] not in there]
            short |= {photo.pk: why} if why else {}
        # A batch that is started at the same time makes the same boxes.
        Crop.objects.bulk_create(rows, ignore_conflicts=True)
    return short


def _known_numbers(photo_ids: Sequence[int], seed: int) -> Mapping[int, set[int]]:
    rows = Crop.objects.filter(
        photo_id__in=photo_ids, origin=CropOrigin.RANDOM_BAD, rule__name=NAME,
        rule__version=VERSION, rule__seed=seed,
    )  # fmt: skip
    found: dict[int, set[int]] = {}
    for photo_id, rule in rows.values_list("photo_id", "rule"):
        found.setdefault(photo_id, set()).add(rule["number"])
    return found


def _made_for(
    photo: Photo, good: Sequence[Crop], per_photo: int, seed: int
) -> tuple[list[Crop], str]:
    boxes = [Box(*crop.corners) for crop in good]
    aspect = photo.width / photo.height
    made, why = bad_crops(boxes, per_photo, seed=_own_seed(photo, seed), photo_aspect=aspect)
    rows = [_row(photo, bad, good, number, seed) for number, bad in enumerate(made, start=1)]
    return rows, why


def _own_seed(photo: Photo, seed: int) -> int:
    """Another one for every photo, and the same on every machine."""
    digest = blake2b(f"{seed}:{photo.content_hash}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> 1


def _row(photo: Photo, bad: BadCrop, good: Sequence[Crop], number: int, seed: int) -> Crop:
    x1, y1, x2, y2 = bad.box.corners()
    rule: dict[str, Any] = {
        "name": NAME, "version": VERSION, "seed": seed, "number": number, "way": bad.way,
        "beside": f"crop/{good[bad.beside].pk}",
    }  # fmt: skip
    return Crop(
        photo=photo, x1=x1, y1=y1, x2=x2, y2=y2, origin=CropOrigin.RANDOM_BAD, label=CropLabel.BAD,
        made_from=rule["beside"], rule=rule,
    )  # fmt: skip
