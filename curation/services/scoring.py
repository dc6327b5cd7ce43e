"""Scores from ratings: MOS with n and interval per crop and per photo, rank within the photo; and
the primary score by the last fit, until the next fit.

Only what changed is computed: submit marks items, one job per campaign works the marks off. A mark
is cleared in the transaction that writes the scores, under the item's lock: a worker killed in
between leaves the mark, and an answer that arrives meanwhile waits for the lock and marks again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction

from accounts.models import Project, User
from annotation.models import Campaign, Item
from catalog.models import Photo
from core import jobs
from core.jobs import JobRun
from core.models import Job
from curation import kinds
from curation.models import Score, ScoreKind
from curation.selectors.deciding_scores import IMPORTED_MEAN
from curation.selectors.votes import Vote, counted_votes
from curation.services.agreeing import start_agreement
from curation.services.going_on import go_on
from curation.services.provisional import provisional_scores
from curation.services.score_rows import wait_in_line, write_scores
from measures.statistics import combined, mos
from measures.statistics.known import value_or_none
from measures.statistics.ranks import ranks

# Small, because an expert who answers one of these items again waits for the batch.
ITEMS_AT_ONCE = 50
PHOTOS_AT_ONCE = 500


def update_scores(run: JobRun) -> dict[str, Any]:
    """Handler: compute the scores of all photos whose items got responses in one campaign."""
    campaign = Campaign.objects.select_related("project").get(pk=run.params["campaign"])
    photos = 0
    while scored := _score_due(campaign):
        photos += scored
        run.progress(photos)
    return {"photos": photos}


@transaction.atomic
def _score_due(campaign: Campaign) -> int:
    """One batch: how many photos were scored, 0 when nothing is due."""
    wait_in_line(campaign.project_id)
    due = Item.objects.filter(campaign=campaign, scores_due=True).order_by("pk")
    held = list(due.select_for_update(no_key=True).values_list("pk", "photo_id")[:ITEMS_AT_ONCE])
    if not held:
        return 0
    item_ids = [item_id for item_id, _ in held]
    Item.objects.filter(pk__in=item_ids).update(scores_due=False)
    photo_ids = sorted({photo_id for _, photo_id in held})
    score_photos(photo_ids)
    go_on(campaign=campaign, item_ids=item_ids)
    start_agreement(project=campaign.project)
    return len(photo_ids)


def start_full_scores(*, project: Project, by: User | None) -> Job:
    """Compute every score of a project anew."""
    return jobs.start(
        kinds.FULL_SCORES, by=by, scope=project.scope, subject=f"project/{project.pk}",
        params={"project": project.pk}, key=f"project/{project.pk}",
    )  # fmt: skip


def compute_all(run: JobRun) -> dict[str, Any]:
    """Handler: every photo of a project."""
    project = Project.objects.get(pk=run.params["project"])
    ids = list(Photo.objects.filter(project=project).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), PHOTOS_AT_ONCE):
        run.progress(start, len(ids))
        score_photos(ids[start : start + PHOTOS_AT_ONCE])
    start_agreement(project=project)
    run.progress(len(ids), len(ids))
    return {"photos": len(ids)}


@transaction.atomic
def score_photos(photo_ids: Sequence[int]) -> None:
    """Write the scores of these photos and of their crops, from the votes that count.

    One at a time in a project, so that no older reading is written over a newer one.
    """
    photos = Photo.objects.filter(pk__in=photo_ids)
    projects = dict(photos.values_list("pk", "project_id"))
    for project_id in sorted(set(projects.values())):
        wait_in_line(project_id)
    votes: dict[int, dict[tuple[int, int | None], list[Vote]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for vote in counted_votes(photo_ids):
        votes[projects[vote.photo_id]][vote.photo_id, vote.crop_id].append(vote)
    scores = [score for project_id, given in votes.items() for score in _scores(project_id, given)]
    _replace(photo_ids, scores)


def _scores(project_id: int, votes: Mapping[tuple[int, int | None], Sequence[Vote]]) -> list[Score]:
    means = [
        _score(project_id, *key, [vote.value for vote in given]) for key, given in votes.items()
    ]
    _rank(means)
    provisional = provisional_scores(project_id, votes)
    _rank(provisional)
    return means + provisional


def _score(project_id: int, photo_id: int, crop_id: int | None, values: Sequence[float]) -> Score:
    found = mos.mos_table([0] * len(values), values).row(0)
    span = value_or_none(found.interval)
    return Score(
        project_id=project_id, photo_id=photo_id, crop_id=crop_id,
        kind=ScoreKind.PHOTO if crop_id is None else ScoreKind.CROP,
        method=mos.METHOD, method_version=mos.VERSION, value=found.mean, n=found.n,
        sd=value_or_none(found.sos),
        low=span.low if span else None, high=span.high if span else None,
        unknown="" if span else str(found.interval),
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
    write_scores(scores)
    kept = {(score.photo_id, score.crop_id) for score in scores}
    rows = Score.objects.filter(photo_id__in=photo_ids)
    # A combined score may rest on comparisons alone; the next fit decides about it.
    rows.filter(method=combined.METHOD).update(is_provisional=True)
    stored = rows.exclude(method__in=(IMPORTED_MEAN, combined.METHOD))
    gone = [
        pk
        for pk, photo_id, crop_id in stored.values_list("pk", "photo_id", "crop_id")
        if (photo_id, crop_id) not in kept
    ]
    Score.objects.filter(pk__in=gone).delete()
