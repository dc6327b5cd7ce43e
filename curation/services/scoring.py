"""Scores from ratings: MOS with n and interval per crop and per photo, rank within the photo.

Only what changed is computed: submit marks items, one job per campaign works the marks off.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.models import Project, User
from annotation.models import Assignment, AssignmentState, Item, Rating
from catalog.models import Photo
from core import jobs
from core.jobs import JobRun
from core.models import Job
from curation import kinds
from curation.models import Score, ScoreKind
from measures.statistics import mos
from measures.statistics.known import NotKnown, value_or_none
from measures.statistics.ranks import ranks

PHOTOS_AT_ONCE = 500


def update_scores(run: JobRun) -> dict[str, Any]:
    """Handler: compute the scores of all photos whose items got responses in one campaign."""
    photos = 0
    while due := _due_items(run.params["campaign"]):
        # Cleared before reading: a response that comes now marks the item again.
        Item.objects.filter(pk__in=[item.pk for item in due]).update(scores_due=False)
        photo_ids = sorted({item.photo_id for item in due})
        try:
            score_photos(photo_ids)
        except BaseException:
            Item.objects.filter(pk__in=[item.pk for item in due]).update(scores_due=True)
            raise
        photos += len(photo_ids)
        run.progress(photos)
    return {"photos": photos}


def _due_items(campaign_id: int) -> list[Item]:
    due = Item.objects.filter(campaign_id=campaign_id, scores_due=True)
    return list(due.only("pk", "photo_id").order_by("pk")[:PHOTOS_AT_ONCE])


def start_full_scores(*, project: Project, by: User | None) -> Job:
    """Compute every score of a project anew."""
    return jobs.start(
        kinds.FULL_SCORES, by=by, scope=project.scope, params={"project": project.pk},
        key=f"project/{project.pk}",
    )  # fmt: skip


def compute_all(run: JobRun) -> dict[str, Any]:
    """Handler: every photo of a project."""
    ids = list(Photo.objects.filter(project_id=run.params["project"]).values_list("pk", flat=True))
    for start in range(0, len(ids), PHOTOS_AT_ONCE):
        run.progress(start, len(ids))
        score_photos(ids[start : start + PHOTOS_AT_ONCE])
    run.progress(len(ids), len(ids))
    return {"photos": len(ids)}


@dataclass(frozen=True)
class _Votes:
    """The current ratings of one thing in its last round."""

    kind: ScoreKind
    photo_id: int
    crop_id: int | None
    values: Sequence[float]


@transaction.atomic
def score_photos(photo_ids: Sequence[int]) -> None:
    """Write the scores of these photos and of their crops, from their current ratings.

    Photos are locked in order, so that two jobs about the same photo follow each other.
    """
    locked = Photo.objects.select_for_update().filter(pk__in=photo_ids).order_by("pk")
    projects = dict(locked.values_list("pk", "project_id"))
    votes = list(_current_votes(photo_ids))
    scores = [_score(found, projects[found.photo_id]) for found in votes]
    _rank(scores)
    _replace(photo_ids, scores)


def _current_votes(photo_ids: Sequence[int]) -> Iterator[_Votes]:
    """The current ratings, those of a second round in place of the same item's first.

    While a second round is under way its first answers do not yet replace the first round: a
    round counts as soon as every asked person has answered it.
    """
    rows = Rating.objects.filter(photo_id__in=photo_ids, is_current=True).values_list(
        "photo_id", "crop_id", "value", "round", "response__item_id"
    )
    by_item: dict[tuple[int, int | None, int], dict[int, list[float]]] = defaultdict(dict)
    for photo_id, crop_id, value, round_, item_id in rows:
        by_item[photo_id, crop_id, item_id].setdefault(round_, []).append(value)
    complete = _complete_rounds({item_id for _, _, item_id in by_item})
    grouped: dict[tuple[int, int | None], list[float]] = defaultdict(list)
    for (photo_id, crop_id, item_id), rounds in by_item.items():
        counted = [number for number in rounds if number in complete.get(item_id, {1})]
        grouped[photo_id, crop_id] += rounds[max(counted or rounds)]
    for (photo_id, crop_id), values in grouped.items():
        kind = ScoreKind.PHOTO if crop_id is None else ScoreKind.CROP
        yield _Votes(kind, photo_id, crop_id, values)


def _complete_rounds(item_ids: Iterable[int]) -> dict[int, set[int]]:
    """Per item the rounds that may count: the first always, a later one once nobody is missing."""
    complete: dict[int, set[int]] = defaultdict(lambda: {1})
    missing = set(
        Assignment.objects.filter(item_id__in=item_ids, round__gt=1)
        .exclude(state=AssignmentState.SUBMITTED)
        .values_list("item_id", "round")
    )
    later = Assignment.objects.filter(item_id__in=item_ids, round__gt=1).values_list(
        "item_id", "round"
    )
    for item_id, number in later.distinct():
        if (item_id, number) not in missing:
            complete[item_id].add(number)
    return complete


def _score(votes: _Votes, project_id: int) -> Score:
    found = mos.mos_table([0] * len(votes.values), votes.values).row(0)
    interval = found.interval
    is_known = not isinstance(interval, NotKnown)
    return Score(
        project_id=project_id, kind=votes.kind, photo_id=votes.photo_id, crop_id=votes.crop_id,
        method=mos.METHOD, method_version=mos.VERSION, value=found.mean, n=found.n,
        sd=value_or_none(found.sos),
        low=interval.value.low if is_known else None,
        high=interval.value.high if is_known else None,
        unknown="" if is_known else str(interval),
    )  # fmt: skip


def _rank(scores: Iterable[Score]) -> None:
    by_photo: dict[int, dict[int, float]] = defaultdict(dict)
    crops = [score for score in scores if score.kind == ScoreKind.CROP]
    for score in crops:
        by_photo[score.photo_id][score.crop_id or 0] = score.value
    places = {photo_id: ranks(values) for photo_id, values in by_photo.items()}
    for score in crops:
        score.rank = places[score.photo_id][score.crop_id or 0].place


def _replace(photo_ids: Sequence[int], scores: Sequence[Score]) -> None:
    Score.objects.bulk_create(
        scores,
        update_conflicts=True,
        unique_fields=["kind", "photo", "crop", "method"],
        update_fields=[
            "value", "n", "sd", "low", "high", "unknown", "rank", "method_version",
            "is_provisional", "computed_at",
        ],
    )  # fmt: skip
    kept = {(score.kind, score.photo_id, score.crop_id) for score in scores}
    for old in Score.objects.filter(photo_id__in=photo_ids, method=mos.METHOD):
        if (old.kind, old.photo_id, old.crop_id) not in kept:
            old.delete()
