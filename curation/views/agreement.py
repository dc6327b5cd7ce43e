"""Agreement: of everybody, by question, by week, and of every two people."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Project
from accounts.roles import Right
from accounts.views.page import ProjectRequest, page
from core.charts import Bar, Chart, whisker_chart
from curation.models import Agreement
from curation.selectors.agreement import KindAgreement, agreement_of
from curation.views.csv_files import csv_file
from curation.views.parts import NAMES, quality_tabs

CSV_HEAD = ("kind", "part", "alpha", "low", "high", "items", "votes", "people", "unknown")


@require_safe
@page(Right.SEE_QUALITY)
def agreement(request: ProjectRequest, project: Project) -> HttpResponse:
    """Krippendorff's alpha with intervals, whole and in parts."""
    context = {
        "tabs": quality_tabs(project, "agreement"),
        "scales": [_shown(each) for each in agreement_of(project)],
    }
    return render(request, "curation/agreement_page.html", context)


@require_safe
@page(Right.SEE_QUALITY)
def agreement_csv(request: ProjectRequest, project: Project) -> HttpResponse:
    """The same as CSV."""
    rows = (
        (
            str(scale.kind), name, row.alpha, row.low, row.high, row.n_items, row.n_votes,
            row.n_people, row.unknown,
        )
        for scale in agreement_of(project)
        for name, row in _named(scale)
    )  # fmt: skip
    return csv_file(f"agreement-{project.slug}", CSV_HEAD, rows)


def _named(scale: KindAgreement) -> list[tuple[str, Agreement]]:
    people, cells = scale.pairs.people, scale.pairs.cells
    pairs = [
        (f"{one.name} and {people[at].name}", row)
        for one, cells_of in zip(people, cells, strict=True)
        for at, row in enumerate(cells_of)
        if row is not None and one.pk < people[at].pk
    ]
    weeks = [(f"week of {monday}", row) for monday, row in scale.weeks]
    questions = [(part.name, part.figures) for part in scale.campaigns]
    return [("all", scale.whole), *questions, *weeks, *pairs]


def _shown(scale: KindAgreement) -> dict[str, Any]:
    name = NAMES[scale.kind]
    return {
        "name": name,
        "whole": scale.whole,
        "campaigns": _chart(
            f"Alpha by question: {name}", [(part.name, part.figures) for part in scale.campaigns]
        ),
        "weeks": _chart(
            f"Alpha by week: {name}",
            [(f"{monday:%d %b %Y}", row) for monday, row in scale.weeks],
        ),
        "people": scale.pairs.people,
        "pairs": list(zip(scale.pairs.people, scale.pairs.cells, strict=True)),
    }


def _chart(title: str, parts: list[tuple[str, Agreement]]) -> Chart:
    bars = [
        Bar(name, row.alpha, row.low, row.high, n=row.n_votes)
        for name, row in parts
        if row.alpha is not None
    ]
    return whisker_chart(title, bars, width=560, places=2, highest=1.0)
