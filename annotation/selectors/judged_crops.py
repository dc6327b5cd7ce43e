"""Crops that are known to be good or bad, as drafts about crops need them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Avg, Case, Count, F, IntegerField, Q, QuerySet, Value, When

from catalog.models import Crop, CropLabel, CropOrigin

# A crop without a label is good by its grades: so many experts, and their mean on the 1-5 scale.
FEWEST_GRADES = 3
GOOD_GRADE = 4.0
GRADES = "1-5"
# A box over all of the photo frames nothing, so that nothing can be said of it.
WHOLE = 0.97


@dataclass(frozen=True)
class JudgedCrop:
    """A crop with what is known of it."""

    crop: Crop
    label: CropLabel


def good_crops(photo_ids: Collection[int], most: int) -> dict[int, list[Crop]]:
    """The good crops by photo, at most so many of each, the surest first.

    Good is a crop that is labelled good (experts' boxes are, and imported best crops), then one
    that an expert drew and nobody called bad, then one with a mean of 4 or more of at least three
    grades of 1 to 5. The whole photo is left out.
    """
    found: dict[int, list[Crop]] = defaultdict(list)
    for crop in _good(photo_ids):
        if len(found[crop.photo_id]) < most:
            found[crop.photo_id].append(crop)
    return dict(found)


def _good(photo_ids: Collection[int]) -> QuerySet[Crop]:
    counted = Q(ratings__is_current=True, ratings__scale=GRADES)
    rows = Crop.objects.filter(photo_id__in=photo_ids).exclude(label=CropLabel.BAD)
    rows = rows.annotate(
        area=(F("x2") - F("x1")) * (F("y2") - F("y1")),
        grades=Count("ratings", filter=counted),
        grade=Avg("ratings__value", filter=counted),
        sureness=Case(
            When(label=CropLabel.GOOD, then=Value(0)),
            When(origin=CropOrigin.EXPERT, then=Value(1)),
            When(grades__gte=FEWEST_GRADES, grade__gte=GOOD_GRADE, then=Value(2)),
            default=Value(3),
            output_field=IntegerField(),
        ),
    )
    rows = rows.filter(sureness__lt=3, area__lte=WHOLE)
    return rows.order_by("photo_id", "sureness", F("grade").desc(nulls_last=True), "pk")


def bad_crops_of(photo_ids: Collection[int], seed: int, made: int) -> dict[int, list[Crop]]:
    """The crops labelled bad by photo; of generated ones only the first ``made`` of this seed."""
    rows = Crop.objects.filter(photo_id__in=photo_ids, label=CropLabel.BAD)
    mine = ~Q(origin=CropOrigin.RANDOM_BAD) | Q(rule__seed=seed, rule__number__lte=made)
    found: dict[int, list[Crop]] = defaultdict(list)
    for crop in rows.filter(mine).order_by("photo_id", "pk"):
        found[crop.photo_id].append(crop)
    return dict(found)


def label_of(crop: Crop) -> str:
    """ "good" or "bad", for a crop that is known to be one of both: one without a label was chosen
    because experts drew it or graded it well."""
    return "bad" if crop.label == CropLabel.BAD else "good"
