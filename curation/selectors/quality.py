"""What the quality page shows: counts, distribution, agreement, flags, photos with their crops."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Project, User
from annotation.models import Flag, FlagState
from catalog.models import Photo
from curation.models import Agreement, ProtocolReport, Score, ScoreKind
from curation.selectors.blindness import hidden_photos
from measures.statistics import combined, mos, primary

ENDS = {ScoreKind.CROP: (1, 5), ScoreKind.PHOTO: (1, 10)}
STEPS = {ScoreKind.CROP: 2, ScoreKind.PHOTO: 1}  # bins per grade


@dataclass(frozen=True)
class Bin:
    """Scores from ``low`` to below ``high``; the last bin of a scale holds its top too."""

    low: float
    high: float
    count: int


@dataclass(frozen=True)
class KindFigures:
    """Everything about one kind of score, from stored rows."""

    kind: ScoreKind
    scores: int
    votes: int
    photos: int
    bins: list[Bin]
    agreement: Agreement | None


def quality_figures(project: Project) -> list[KindFigures]:
    """The figures of crop scores and of photo scores, as last computed."""
    agreements = {row.kind: row for row in Agreement.objects.filter(project=project, part="")}
    reports = {row.kind: row.figures for row in ProtocolReport.objects.filter(project=project)}
    return [_figures(kind, reports.get(kind, {}), agreements.get(kind)) for kind in ScoreKind]


def _figures(kind: ScoreKind, told: dict[str, Any], agreement: Agreement | None) -> KindFigures:
    counts = told.get("distribution")
    if counts is None:
        return KindFigures(kind, 0, 0, 0, [], agreement)
    (low, _), steps = ENDS[kind], STEPS[kind]
    bins = [Bin(low + at / steps, low + (at + 1) / steps, n) for at, n in enumerate(counts)]
    return KindFigures(kind, told["things"], told["votes"], told["photos"], bins, agreement)


def open_flags(project: Project) -> QuerySet[Flag]:
    """What is to be talked over, newest first."""
    flags = Flag.objects.filter(campaign__project=project).exclude(state=FlagState.SETTLED)
    return flags.select_related("item__photo", "item__campaign").order_by("-pk")


def scored_photos(project: Project, *, only_flagged: bool = False) -> QuerySet[Photo]:
    """Photos with a score of any kind."""
    photos = Photo.objects.filter(
        Exists(Score.objects.filter(photo=OuterRef("pk"))), project=project
    )
    if only_flagged:
        flags = Flag.objects.filter(item__photo=OuterRef("pk")).exclude(state=FlagState.SETTLED)
        photos = photos.filter(Exists(flags))
    return photos


@dataclass(frozen=True)
class ScoredPhoto:
    """A photo with its own mean score and those of its crops, best first, and the primary and the
    combined scores by crop (None: the photo). ``is_hidden``: the reader may still be asked about it, so the scores are
    left out. ``flags`` are the open ones."""

    photo: Photo
    own: Score | None
    crops: list[Score]
    primary: dict[int | None, Score]
    combined: dict[int | None, Score]
    flags: list[Flag]
    is_hidden: bool


def with_scores(project: Project, photos: Iterable[Photo], reader: User) -> list[ScoredPhoto]:
    """These photos with their scores, in the given order."""
    chosen = list(photos)
    ids = [photo.pk for photo in chosen]
    hidden = _hidden_ids(project, ids, reader)
    scores: dict[int, list[Score]] = defaultdict(list)
    fitted: dict[str, dict[int, dict[int | None, Score]]] = {
        method: defaultdict(dict) for method in (primary.METHOD, combined.METHOD)
    }
    rows = Score.objects.filter(photo_id__in=set(ids) - hidden)
    means = rows.exclude(method__in=fitted).select_related("crop")
    for score in means.order_by("rank", "crop_id"):
        scores[score.photo_id].append(score)
    for score in rows.filter(method__in=fitted):
        fitted[score.method][score.photo_id][score.crop_id] = score
    flags: dict[int, list[Flag]] = defaultdict(list)
    for flag in open_flags(project).filter(item__photo_id__in=ids):
        flags[flag.item.photo_id].append(flag)
    return [
        ScoredPhoto(
            photo=photo,
            own=next((s for s in scores[photo.pk] if s.crop_id is None), None),
            crops=_of_one_panel([s for s in scores[photo.pk] if s.crop_id is not None]),
            primary=fitted[primary.METHOD][photo.pk],
            combined=fitted[combined.METHOD][photo.pk],
            flags=flags[photo.pk],
            is_hidden=photo.pk in hidden,
        )
        for photo in chosen
    ]


def _of_one_panel(scores: list[Score]) -> list[Score]:
    """Means of our own votes; where there are none, those that came with an import."""
    return [score for score in scores if score.method == mos.METHOD] or scores


def _hidden_ids(project: Project, ids: list[int], reader: User) -> set[int]:
    hidden = hidden_photos(project, reader, photo="pk")
    if hidden is None:
        return set()
    return set(Photo.objects.filter(hidden, pk__in=ids).values_list("pk", flat=True))
