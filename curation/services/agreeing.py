"""What takes all votes of a project at once, in the background: how far its experts agree, and the
fit of the primary scores."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from accounts.models import Project
from annotation.models import Rating
from core import jobs
from core.jobs import JobRun
from core.models import Job
from curation import kinds
from curation.models import Agreement, ScoreKind
from curation.selectors.imported_votes import rated_elsewhere
from curation.selectors.votes import counted_votes
from curation.services.fitting import Columns, fit_scale
from measures.statistics.agreement import Level, krippendorff_alpha
from measures.statistics.known import NotKnown

METHOD = "krippendorff-ordinal"
VERSION = "1"
# Answers come in bursts; the figure need not follow each of them.
DELAY_S = 3
PHOTOS_AT_ONCE = 500


def start_agreement(*, project: Project) -> Job:
    """Ask for new figures soon; several calls in a row are one job."""
    key = f"project/{project.pk}"
    return jobs.start(
        kinds.AGREEMENT, by=None, scope=project.scope, subject=key, key=key, delay_s=DELAY_S,
        params={"project": project.pk},
    )  # fmt: skip


def measure_agreement(run: JobRun) -> dict[str, Any]:
    """Handler: alpha and the primary scores of crops and of photos; running it again changes
    nothing."""
    project_id, as_of = run.params["project"], timezone.now()
    columns = {kind: Columns() for kind in ScoreKind}
    rated = Rating.objects.filter(photo__project_id=project_id, is_current=True)
    ours = rated.order_by("photo_id").values_list("photo_id", flat=True).distinct()
    photo_ids = sorted({*ours, *rated_elsewhere(Project.objects.get(pk=project_id))})
    for start in range(0, len(photo_ids), PHOTOS_AT_ONCE):
        run.progress(start, len(photo_ids))
        _read(columns, photo_ids[start : start + PHOTOS_AT_ONCE])
    found = {kind: _figures(column) for kind, column in columns.items()}
    for kind, figures in found.items():
        _store(project_id, kind, {**figures, "computed_at": as_of})
        fit_scale(project_id, kind, columns[kind], as_of)
    return {str(kind): figures["alpha"] for kind, figures in found.items()}


def _read(columns: dict[ScoreKind, Columns], photo_ids: list[int]) -> None:
    for vote in counted_votes(photo_ids):
        columns[ScoreKind.PHOTO if vote.crop_id is None else ScoreKind.CROP].add(vote)


def _figures(column: Columns) -> dict[str, Any]:
    figures: dict[str, Any] = {"n_people": len(set(column.people)), "method_version": VERSION}
    figures |= {"alpha": None, "low": None, "high": None, "n_items": 0, "n_votes": 0}
    found = krippendorff_alpha(column.things, column.values, Level.ORDINAL)
    if isinstance(found, NotKnown):
        return {**figures, "unknown": str(found)}
    alpha = found.value
    figures |= {"alpha": alpha.alpha, "n_items": alpha.n_items, "n_votes": alpha.n_votes}
    if isinstance(alpha.interval, NotKnown):
        return {**figures, "unknown": f"interval {alpha.interval}"}
    span = alpha.interval.value
    return {**figures, "low": span.low, "high": span.high, "unknown": ""}


def _store(project_id: int, kind: ScoreKind, figures: dict[str, Any]) -> None:
    row, is_new = Agreement.objects.get_or_create(
        project_id=project_id, kind=kind, method=METHOD, defaults=figures
    )
    if not is_new:  # of two jobs at once the one that read later stands
        rows = Agreement.objects.filter(pk=row.pk, computed_at__lte=figures["computed_at"])
        rows.update(**figures)
