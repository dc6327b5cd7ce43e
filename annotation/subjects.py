"""What may become an item: photos, drafts that passed, crops of a photo."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby, pairwise

from django.db.models import Exists, OuterRef, Q, QuerySet

from annotation.models import Draft, DraftKind, RequestState, Verdict
from catalog.models import (
    Crop,
    CropLabel,
    CropOrigin,
    Photo,
    PhotoState,
    Question,
    RawComment,
    SelectedPhoto,
)

CHUNK = 2_000
MOST_COMMENTS = 50


@dataclass(frozen=True, slots=True)
class Selection:
    """Which photos to take subjects from: all ready ones, these, or those of a saved selection
    (``saved_id``); ``limit`` photos at most."""

    photo_ids: tuple[int, ...] | None = None
    limit: int | None = None
    saved_id: int | None = None


def photos_of(project_id: int, selection: Selection) -> QuerySet[Photo]:
    """The selected photos that are ready, oldest first."""
    rows = Photo.objects.filter(project_id=project_id, state=PhotoState.READY).order_by("pk")
    if selection.photo_ids is not None:
        rows = rows.filter(pk__in=selection.photo_ids)
    if selection.saved_id is not None:
        chosen = SelectedPhoto.objects.filter(selection=selection.saved_id)
        rows = rows.filter(pk__in=chosen.values("photo"))
    return rows[: selection.limit] if selection.limit is not None else rows


def ready_photos(project_id: int, selection: Selection) -> Iterator[int]:
    """Ids of the selected ready photos."""
    rows = photos_of(project_id, selection)
    return rows.values_list("pk", flat=True).iterator(CHUNK)


def passed_drafts(
    project_id: int, kind: DraftKind, selection: Selection
) -> Iterator[tuple[int, int]]:
    """(photo id, draft id): each photo's newest draft of the kind that a verifier passed."""
    passed = Verdict.objects.filter(draft=OuterRef("pk"), passed=True)
    rows = (
        Draft.objects.filter(Exists(passed), kind=kind, photo__in=photos_of(project_id, selection))
        .order_by("photo_id", "-pk")
        .distinct("photo_id")
    )
    return rows.values_list("photo_id", "pk").iterator(CHUNK)


def questions_of(project_id: int, selection: Selection) -> Iterator[Question]:
    """The questions about the selected ready photos, in the photos' order."""
    rows = Question.objects.filter(photo__in=photos_of(project_id, selection))
    yield from rows.order_by("photo_id", "pk").iterator(CHUNK)


def passed_regions(project_id: int, selection: Selection) -> Iterator[tuple[int, int]]:
    """(question id, draft id): each question's newest region that a verifier passed."""
    passed = Verdict.objects.filter(draft=OuterRef("pk"), passed=True)
    rows = (
        Draft.objects.filter(
            Exists(passed), kind=DraftKind.REGION, question__isnull=False,
            photo__in=photos_of(project_id, selection),
        )
        .order_by("question_id", "-pk")
        .distinct("question_id")
    )  # fmt: skip
    return rows.values_list("question_id", "pk").iterator(CHUNK)


def rationale_drafts(
    project_id: int, selection: Selection, *, with_rejected: bool
) -> Iterator[tuple[int, int]]:
    """(photo id, draft id): each crop's newest rationale that a verifier passed; ``with_rejected``
    also the newest of a crop whose every round was rejected, so that only an expert can settle it."""
    passed = Verdict.objects.filter(draft=OuterRef("pk"), passed=True)
    rows = Draft.objects.filter(
        kind=DraftKind.RATIONALE, photo__in=photos_of(project_id, selection)
    ).annotate(has_passed=Exists(passed))
    wanted = Q(has_passed=True)
    if with_rejected:
        wanted |= Q(verdicts__passed=False, request__state=RequestState.REJECTED)
    rows = rows.filter(wanted).order_by("photo_id", "crop_id", "-has_passed", "-pk")
    found = rows.distinct("photo_id", "crop_id").values_list("photo_id", "pk")
    return found.iterator(CHUNK)


def photos_with_crops(
    project_id: int, selection: Selection, fewest: int, most: int
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """(photo id, crop ids) for each photo with at least ``fewest`` different crops."""
    for photo_id, crops in _crops_by_photo(project_id, selection):
        if len(crops) >= fewest:
            yield photo_id, tuple(crop.pk for crop in crops[:most])


def crop_pairs(
    project_id: int, selection: Selection, most: int, seed: int, *, ring_only: bool = False
) -> Iterator[tuple[int, int, int]]:
    """(photo id, first, second): up to ``most`` pairs of different crops per photo.

    Which pairs, when there are more, ``seed`` determines; the older crop is the first. With
    ``ring_only`` no more than it takes to join all crops in a ring.
    """
    for photo_id, crops in _crops_by_photo(project_id, selection):
        rng = random.Random(f"{seed}:{photo_id}")  # noqa: S311 - shuffling, not secrecy
        pairs = _joining_pairs([crop.pk for crop in crops], rng)
        ring = len(crops) if len(crops) > 2 else 1
        for first, second in pairs[: min(most, ring) if ring_only else most]:
            yield photo_id, first, second


def _joining_pairs(crops: list[int], rng: random.Random) -> list[tuple[int, int]]:
    """All pairs, those of a ring through all crops first.

    So few votes as there are crops already put all of them on one scale, each crop is shown as
    often as any other, and no crop need win or lose everything.
    """
    ring = rng.sample(crops, len(crops))
    closed = [*pairwise(ring), (ring[-1], ring[0])] if len(ring) > 2 else list(pairwise(ring))
    first = [(min(pair), max(pair)) for pair in closed]
    others = sorted(set(combinations(sorted(crops), 2)) - set(first))
    return first + rng.sample(others, len(others))


def comments_under(photo_id: int) -> list[str]:
    """What strangers wrote under a photo, oldest first; without their names."""
    rows = RawComment.objects.filter(photo_id=photo_id).order_by("pk")
    return list(rows.values_list("text", flat=True)[:MOST_COMMENTS])


def _crops_by_photo(project_id: int, selection: Selection) -> Iterator[tuple[int, list[Crop]]]:
    rows = (
        Crop.objects.filter(photo__in=photos_of(project_id, selection))
        .only("photo_id", "x1", "y1", "x2", "y2")
        .order_by("photo_id", "pk")
    )
    for photo_id, crops in groupby(rows.iterator(CHUNK), key=lambda crop: crop.photo_id):
        yield photo_id, distinct_crops(list(crops))


def drawn_crops(project_id: int, selection: Selection) -> Iterator[Crop]:
    """The crops that experts drew on the selected photos, without those called bad."""
    rows = Crop.objects.filter(
        photo__in=photos_of(project_id, selection), origin=CropOrigin.EXPERT
    ).exclude(label=CropLabel.BAD)
    yield from rows.order_by("photo_id", "pk").iterator(CHUNK)


def distinct_crops(crops: Sequence[Crop]) -> list[Crop]:
    """Without boxes that look the same to an expert (corners equal to a thousandth)."""
    seen: dict[tuple[float, ...], Crop] = {}
    for crop in crops:
        seen.setdefault(tuple(round(corner, 3) for corner in crop.corners), crop)
    return list(seen.values())
