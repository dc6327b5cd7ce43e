"""Are our drafts getting better? By model and wording, and from batch to batch."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Project
from accounts.roles import Right
from accounts.views.page import ProjectRequest, page
from annotation.figures import Figures, Group
from annotation.item_types.guidance_review import REASONS
from annotation.models import DraftBatch, DraftKind, DraftSource, RequestState
from annotation.selectors import draft_quality as said
from annotation.selectors.draft_quality import Figure
from annotation.services.draft_quality import refresh_quality
from annotation.views.draft_parts import draft_tabs
from core.charts import Bar, Chart, ink_for, whisker_chart
from core.csv_cells import neutral_cell
from measures.statistics.known import Known, Maybe

NAME = 34
MOST_ROUNDS = 24
MEASURES: dict[str, Callable[[Group], Figure]] = {
    "passed at first attempt": said.passed_first,
    "accepted as is": said.accepted_as_is,
    "changed": said.distance,
    "rejected by experts": said.rejected,
    "expert seconds": said.seconds,
}
HEAD = (
    "group", "kind", "model", "revision", "prompt", "prompt_hash", "batch", "drafts", "tokens_in",
    "tokens_out", "usd_per_draft", "usd_per_accepted", "failed", "declined",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A group as a table shows it."""

    group: Group
    name: str
    note: str
    figures: list[Figure]
    draft_usd: Maybe[float]
    accepted_usd: Maybe[float]
    why: list[tuple[str, int]]
    failed: int


@dataclass(frozen=True)
class Section:
    """One kind of draft: its groups by model and by round, and the charts."""

    kind: DraftKind
    models: list[Row]
    rounds: list[Row]
    charts: list[Chart]


@require_safe
@page(Right.SEE_DRAFTS)
def draft_quality(request: ProjectRequest, project: Project) -> HttpResponse:
    """The figures as they are stored; counted anew in the background when they are out of date."""
    stored = said.stored_quality(project)
    is_counting = stored is None or stored.is_old
    if is_counting:
        refresh_quality(project=project)
    context = {
        "tabs": draft_tabs(project, "draft-quality"),
        "sections": _sections(project, stored.figures) if stored else [],
        "measures": list(MEASURES),
        "computed_at": stored.computed_at if stored else None,
        "is_counting": is_counting,
    }
    name = "quality_parts" if request.headers.get("HX-Request") else "quality"
    return render(request, f"annotation/drafts/{name}.html", context)


def _sections(project: Project, figures: Figures) -> list[Section]:
    names = dict(DraftSource.objects.filter(project=project).values_list("pk", "name"))
    batches = {
        row.pk: row for row in DraftBatch.objects.filter(project=project).select_related("source")
    }
    made = []
    for kind in DraftKind:
        models = [_of_model(each, names) for each in figures.models if each.kind == kind]
        rounds = [_of_round(each, batches) for each in figures.rounds if each.kind == kind]
        if models:
            made.append(Section(kind, models, rounds[-MOST_ROUNDS:], _charts(models, rounds)))
    return made


def _of_model(group: Group, names: dict[int, str]) -> Row:
    name = names.get(group.source or 0) or group.model or group.backend
    note = group.prompt_name
    if group.model and group.model != name:
        note = f"{group.model}, {note}" if note else group.model
    return _row(group, name, note)


def _of_round(group: Group, batches: dict[int, DraftBatch]) -> Row:
    batch = batches.get(group.batch or 0)
    by = f"{batch.source.name}, {batch.created_at:%-d %b %Y}" if batch is not None else ""
    return _row(group, f"Batch {group.batch}", by)


def _row(group: Group, name: str, note: str) -> Row:
    return Row(
        group, name, note, [measure(group) for measure in MEASURES.values()],
        said.cost(group, group.drafts), said.cost(group, group.accepted),
        _why(group), group.ended.get(RequestState.FAILED, 0),
    )  # fmt: skip


def _why(group: Group) -> list[tuple[str, int]]:
    """What drafts were rejected for most, by experts and by the check."""
    counts = [(REASONS.get(code, code.replace("_", " ")), n) for code, n in group.reasons.items()]
    counts += [(f"check: {code.replace('_', ' ')}", n) for code, n in group.findings.items()]
    return sorted(counts, key=lambda each: -each[1])[:4]


def _charts(models: list[Row], rounds: list[Row]) -> list[Chart]:
    made = [
        _chart("Accepted as is, by model and wording", models, 1),
        _chart("Accepted as is, batch by batch", rounds[-MOST_ROUNDS:], 1),
        _chart("Passed at first attempt, batch by batch", rounds[-MOST_ROUNDS:], 0),
        _chart("Share of an accepted draft that was changed, batch by batch",
               rounds[-MOST_ROUNDS:], 2),
    ]  # fmt: skip
    return [chart for chart in made if chart.rows]


def _chart(title: str, rows: Iterable[Row], at: int) -> Chart:
    bars = [
        Bar(_short(row), 100 * figure.value, _percent(figure.low), _percent(figure.high), figure.n,
            ink_for(row.name if row.group.batch is None else row.note.rpartition(", ")[0]))
        for row in rows if (figure := row.figures[at]).value is not None
    ]  # fmt: skip
    return whisker_chart(title, bars, unit="%", places=0, highest=100)


def _percent(value: float | None) -> float | None:
    return None if value is None else 100 * value


def _short(row: Row) -> str:
    note = row.note if row.group.batch is not None else row.group.prompt_name
    words = f"{row.name} {note}".strip()
    return words if len(words) <= NAME else f"{words[: NAME - 1].rstrip()}\u2026"


@require_safe
@page(Right.SEE_DRAFTS)
def draft_quality_csv(request: ProjectRequest, project: Project) -> HttpResponse:
    """Every group with all figures, as they are stored."""
    stored = said.stored_quality(project)
    response = HttpResponse(content_type="text/csv")
    response["Content-Disposition"] = f'attachment; filename="drafts-{project.slug}.csv"'
    writer = csv.writer(response)
    names = [name.replace(" ", "_") for name in MEASURES]
    ends = [f"{name}{end}" for name in names for end in ("", "_low", "_high", "_n")]
    writer.writerow([*HEAD, *ends])
    for section in _sections(project, stored.figures) if stored else []:
        for word, rows in (("model", section.models), ("batch", section.rounds)):
            writer.writerows(_line(word, row) for row in rows)
    return response


def _usd(found: Maybe[float]) -> float | None:
    return found.value if isinstance(found, Known) else None


def _line(word: str, row: Row) -> list[object]:
    group = row.group
    cells: list[object] = [
        word, group.kind, row.name, group.revision, group.prompt_name, group.prompt_hash,
        group.batch, group.drafts, group.tokens_in, group.tokens_out, _usd(row.draft_usd),
        _usd(row.accepted_usd), row.failed, group.declined,
    ]  # fmt: skip
    for figure in row.figures:
        cells += [figure.value, figure.low, figure.high, figure.n]
    return [neutral_cell(cell) if isinstance(cell, str) else cell for cell in cells]
