"""Scores from ratings: MOS with n and interval per crop and per photo, rank within the photo.

Only what changed is computed: submit marks items, one job per campaign works the marks off. A mark
is cleared in the transaction that writes the scores, under the item's lock: a worker killed in
between leaves the mark, and an answer that arrives meanwhile waits for the lock and marks again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, transaction

from accounts.models import Project, User
from annotation.models import Campaign, Item
from catalog.models import Photo
from core import jobs
from core.jobs import JobRun
from core.models import Job
from curation import kinds
from curation.models import Score, ScoreKind
from curation.selectors.votes import counted_votes
from curation.services.agreeing import start_agreement
from measures.statistics import mos
from measures.statistics.known import value_or_none
from measures.statistics.ranks import ranks

# Small, because an expert who answers one of these items again waits for the batch.
ITEMS_AT_ONCE = 50
PHOTOS_AT_ONCE = 500
LOCK_CLASS = 0x7363_6F72  # any number; it keeps our advisory locks apart from others'


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
    _wait_in_line(campaign.project_id)
    due = Item.objects.filter(campaign=campaign, scores_due=True).order_by("pk")
    held = list(due.select_for_update(no_key=True).values_list("pk", "photo_id")[:ITEMS_AT_ONCE])
    if not held:
        return 0
    Item.objects.filter(pk__in=[item_id for item_id, _ in held]).update(scores_due=False)
    photo_ids = sorted({photo_id for _, photo_id in held})
    score_photos(photo_ids)
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
        _wait_in_line(project_id)
    votes: dict[tuple[int, int | None], list[float]] = defaultdict(list)
    for vote in counted_votes(photo_ids):
        votes[vote.photo_id, vote.crop_id].append(vote.value)
    scores = [_score(projects[key[0]], *key, values) for key, values in votes.items()]
    _rank(scores)
    _replace(photo_ids, scores)


def _wait_in_line(project_id: int) -> None:
    """Until commit nobody else writes scores of the project. Photos are not locked: answers and
    imports go on meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_CLASS, project_id])


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
    Score.objects.bulk_create(
        scores,
        update_conflicts=True,
        unique_fields=["kind", "photo", "crop", "method"],
        update_fields=[
            "value", "n", "sd", "low", "high", "unknown", "rank", "method_version",
            "is_provisional", "computed_at",
        ],
    )  # fmt: skip
    kept = {(score.photo_id, score.crop_id) for score in scores}
    stored = Score.objects.filter(photo_id__in=photo_ids, method=mos.METHOD)
    gone = [
        pk
        for pk, photo_id, crop_id in stored.values_list("pk", "photo_id", "crop_id")
        if (photo_id, crop_id) not in kept
    ]
    Score.objects.filter(pk__in=gone).delete()
