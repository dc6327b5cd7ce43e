"""What takes all votes of a project at once, in the background: how far its experts agree, and the
fit of the primary scores."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import transaction
from django.utils import timezone

from accounts.models import Project
from annotation.models import Item, Rating, Response
from core import jobs
from core.jobs import JobRun
from core.models import Job
from curation import kinds
from curation.models import Agreement, ScoreKind
from curation.selectors.imported_votes import rated_elsewhere
from curation.selectors.votes import counted_votes
from curation.services.combining import combine
from curation.services.fitting import fit_scale
from curation.services.pair_columns import read_pairs
from curation.services.pair_reporting import pair_report, store_pair_report
from curation.services.reporting import report_on, store_report
from curation.services.score_rows import wait_in_line
from curation.services.unexpected import flag_unexpected_votes
from curation.services.vote_columns import Columns
from measures.statistics.agreement import Level, krippendorff_alpha
from measures.statistics.known import NotKnown

METHOD = "krippendorff-ordinal"
VERSION = "1"
# Answers come in bursts; the figure need not follow each of them.
DELAY_S = 3
ASK_AGAIN = timedelta(hours=1)
PHOTOS_AT_ONCE = 500
# What a page can show: the newest weeks and campaigns, every pair of the busiest people.
MOST_PARTS, MOST_PEOPLE = 60, 20

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def start_agreement(*, project: Project) -> Job:
    """Ask for new figures soon; several calls in a row are one job."""
    key = f"project/{project.pk}"
    return jobs.start(
        kinds.AGREEMENT, by=None, scope=project.scope, subject=key, key=key, delay_s=DELAY_S,
        params={"project": project.pk},
    )  # fmt: skip


def wake_missing_figures() -> int:
    """For the sweep: projects whose figures are older than the counts of grades. Once an hour, so
    that a fit that fails is not asked for all the time."""
    since = timezone.now() - ASK_AGAIN
    asked = Job.objects.filter(kind=kinds.AGREEMENT.name, created_at__gt=since)
    lacking = Project.objects.filter(rater_figures__grades={}).distinct()
    projects = [each for each in lacking if not asked.filter(subject=f"project/{each.pk}").exists()]
    for project in projects:
        start_agreement(project=project)
    return len(projects)


def measure_agreement(run: JobRun) -> dict[str, Any]:
    """Handler: alpha and the primary scores of crops and of photos; running it again changes
    nothing."""
    project = Project.objects.get(pk=run.params["project"])
    project_id, as_of = project.pk, timezone.now()
    columns = {kind: Columns() for kind in ScoreKind}
    rated = Rating.objects.filter(photo__project_id=project_id, is_current=True)
    ours = rated.order_by("photo_id").values_list("photo_id", flat=True).distinct()
    photo_ids = sorted({*ours, *rated_elsewhere(project)})
    for start in range(0, len(photo_ids), PHOTOS_AT_ONCE):
        run.progress(start, len(photo_ids))
        _read(columns, photo_ids[start : start + PHOTOS_AT_ONCE])
    found = {kind: _by_part(votes) for kind, votes in columns.items()}
    for kind, parts in found.items():
        _store(project_id, kind, parts, as_of)
        fit = fit_scale(project_id, kind, columns[kind], as_of)
        told = report_on(kind, columns[kind], fit) if len(columns[kind]) else None
        store_report(project_id, kind, told, as_of)
        flag_unexpected_votes(kind, columns[kind], fit)
    _compare(project, columns[ScoreKind.CROP], as_of)
    return {str(kind): parts[""]["alpha"] for kind, parts in found.items()}


def _compare(project: Project, ratings: Columns, as_of: datetime) -> None:
    """Pair votes: their figures, and the scores of both kinds of vote together."""
    pairs, given = read_pairs(project)
    together = combine(project.pk, ratings, pairs)
    store_pair_report(project, pair_report(project, given, together), as_of)


def _read(columns: dict[ScoreKind, Columns], photo_ids: list[int]) -> None:
    votes = counted_votes(photo_ids)
    campaigns = dict(
        Item.objects.filter(pk__in={vote.item_id for vote in votes}).values_list("pk", "campaign")
    )
    responses = _weeks_and_times({vote.response_id for vote in votes})
    for vote in votes:
        kind = ScoreKind.PHOTO if vote.crop_id is None else ScoreKind.CROP
        week, ms = responses.get(vote.response_id, (0, 0))
        columns[kind].add(vote, campaign=campaigns.get(vote.item_id, 0), week=week, ms=ms)


def _weeks_and_times(response_ids: set[int]) -> dict[int, tuple[int, int]]:
    """ISO week, as 202647, and milliseconds by response."""
    told = Response.objects.filter(pk__in=response_ids).values_list("pk", "created_at", "active_ms")
    found = {}
    for pk, created_at, ms in told:
        year, week, _ = created_at.isocalendar()
        found[pk] = year * 100 + week, ms
    return found


def _by_part(votes: Columns) -> dict[str, dict[str, Any]]:
    """Figures of all votes under the empty name, and of each part."""
    things, people = np.asarray(votes.things), np.asarray(votes.people)
    values = np.asarray(votes.values)
    found = {"": _figures(things, people, values)}
    for name, column in (("campaign", votes.campaigns), ("week", votes.weeks)):
        keys = np.asarray(column)
        for key in np.unique(keys[keys > 0])[-MOST_PARTS:]:
            mine = keys == key
            found[f"{name}/{key}"] = _figures(things[mine], people[mine], values[mine])
    for one, other in combinations(_busiest(people), 2):
        mine = _shared(things, people, one, other)
        if mine.any():
            found[f"pair/{one}-{other}"] = _figures(things[mine], people[mine], values[mine])
    return found


def _busiest(people: Integers) -> list[int]:
    """Our own people with the most votes, by number."""
    names, counts = np.unique(people[people > 0], return_counts=True)
    return sorted(int(name) for name in names[np.argsort(-counts, kind="stable")[:MOST_PEOPLE]])


def _shared(things: Integers, people: Integers, one: int, other: int) -> npt.NDArray[np.bool_]:
    """Votes of two people on what both rated."""
    theirs = (people == one) | (people == other)
    both = np.intersect1d(things[people == one], things[people == other])
    return np.asarray(theirs & np.isin(things, both))


def _figures(things: Integers, people: Integers, values: Floats) -> dict[str, Any]:
    figures: dict[str, Any] = {"n_people": np.unique(people).size, "method_version": VERSION}
    figures |= {"alpha": None, "low": None, "high": None, "n_items": 0, "n_votes": 0}
    found = krippendorff_alpha(things, values, Level.ORDINAL)
    if isinstance(found, NotKnown):
        return {**figures, "unknown": str(found)}
    alpha = found.value
    figures |= {"alpha": alpha.alpha, "n_items": alpha.n_items, "n_votes": alpha.n_votes}
    if isinstance(alpha.interval, NotKnown):
        return {**figures, "unknown": f"interval {alpha.interval}"}
    span = alpha.interval.value
    return {**figures, "low": span.low, "high": span.high, "unknown": ""}


@transaction.atomic
def _store(
    project_id: int, kind: ScoreKind, parts: dict[str, dict[str, Any]], as_of: datetime
) -> None:
    """Of two jobs at once the one that read later stands."""
    wait_in_line(project_id)
    stored = Agreement.objects.filter(project_id=project_id, kind=kind, method=METHOD)
    if stored.filter(computed_at__gt=as_of).exists():
        return
    stored.exclude(part__in=parts).delete()
    Agreement.objects.bulk_create(
        [
            Agreement(
                project_id=project_id, kind=kind, method=METHOD, part=part, computed_at=as_of,
                **figures,
            )
            for part, figures in parts.items()
        ],
        update_conflicts=True,
        unique_fields=["project", "kind", "method", "part"],
        update_fields=[*parts[""], "computed_at"],
    )  # fmt: skip
