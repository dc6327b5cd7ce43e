"""Raters: how each expert uses the scale, kept apart from how fast anybody is."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import Project, User
from accounts.roles import Right, can
from accounts.selectors.projects import projects_of
from accounts.views.page import PersonRequest, ProjectRequest, page, signed_in
from core.charts import Bar, Chart, bar_chart, whisker_chart
from curation.selectors.comparisons import favoured_side
from curation.selectors.quality import ENDS
from curation.selectors.raters import Rater, fits_of, panel_use, rater_in, raters_of
from curation.selectors.steadiness import flips_in_words, flips_of, in_words, steadiness_of
from curation.views.csv_files import csv_file
from curation.views.links import step
from curation.views.parts import NAMES, quality_tabs

MOST_PROJECTS = 20
CSV_HEAD = (
    "kind", "person", "votes", "bias", "inconsistency", "mean", "sd", "share_at_ends", "unknown",
)  # fmt: skip


@require_safe
@page(Right.SEE_QUALITY)
def raters(request: ProjectRequest, project: Project) -> HttpResponse:
    """Everybody who rated, by name, with bias, inconsistency and use of the scale."""
    found = {kind: rows for kind, rows in raters_of(project).items() if rows}
    context = {
        "tabs": quality_tabs(project, "raters"),
        "scales": [
            {
                "name": NAMES[kind], "raters": rows, "chart": _biases(NAMES[kind], rows),
                "fits": fits_of(project, kind),
            }
            for kind, rows in found.items()
        ],
    }  # fmt: skip
    return render(request, "curation/raters.html", context)


@require_safe
@page(Right.SEE_QUALITY)
def raters_csv(request: ProjectRequest, project: Project) -> HttpResponse:
    """The same as CSV."""
    found = [rater for rows in raters_of(project).values() for rater in rows]
    rows = (
        (
            str(each.kind), each.person.name, each.use.n, each.figures.bias,
            each.figures.inconsistency, each.use.mean, each.use.sd, each.use.at_ends,
            each.figures.unknown,
        )
        for each in found
    )  # fmt: skip
    return csv_file(f"raters-{project.slug}", CSV_HEAD, rows)


@require_safe
@page(Right.SEE_QUALITY)
def rater(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """One person: habits on each scale, and the grades beside the panel's."""
    mine = rater_in(project, pk)
    everybody = raters_of(project)
    person = mine[0].person
    context = {
        "person": person,
        "trail": [
            step("Quality", "section", reverse("curation:quality", args=[project.slug])),
            step("Raters", "section", reverse("curation:raters", args=[project.slug])),
            step(person.name, "person"),
        ],
        "scales": [_scale(each, _grades(each, everybody[each.kind])) for each in mine],
        "side": favoured_side(project, person.pk),
        "flips": flips_in_words(flips_of(project, person.pk)),
    }
    return render(request, "curation/rater.html", context)


@require_safe
@signed_in
def habits(request: PersonRequest) -> HttpResponse:
    """One's own habits in every project where one answers: without anybody else, and without the
    panel's grades, which in a small panel are another person's."""
    me = request.user
    sections = [
        {
            "project": project,
            "scales": [_scale(each, _own_grades(each)) for each in _own(project, me)],
            "side": favoured_side(project, me.pk),
            "flips": flips_in_words(flips_of(project, me.pk)),
        }
        for project in projects_of(me)[:MOST_PROJECTS]
        if can(me, Right.ANNOTATE, project)
    ]
    return render(request, "curation/habits.html", {"sections": sections})


@require_safe
@page(Right.SEE_QUALITY)
def rater_csv(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """How often one person gave each grade, beside everybody."""
    mine, everybody = rater_in(project, pk), raters_of(project)
    rows = (
        (str(each.kind), grade, each.use.counts[grade], each.use.n, panel[grade], panel.total())
        for each in mine
        for panel in [panel_use(everybody[each.kind])]
        for grade in range(ENDS[each.kind][0], ENDS[each.kind][1] + 1)
    )
    head = ("kind", "grade", "own", "own_votes", "everybody", "all_votes")
    return csv_file(f"rater-{pk}-{project.slug}", head, rows)


def _biases(name: str, rows: list[Rater]) -> Chart:
    bars = [
        Bar(each.person.name, each.figures.bias, n=each.figures.n)
        for each in rows
        if each.figures.bias is not None
    ]
    return whisker_chart(f"Grades above the panel: {name}", bars, width=560, places=2)


def _scale(each: Rater, chart: Chart) -> dict[str, Any]:
    project, figures = each.figures.project, each.figures
    steady = steadiness_of(project, each.person.pk, each.kind, figures.inconsistency)
    return {
        "name": NAMES[each.kind], "anchor": f"{project.pk}-{each.kind}", "rater": each,
        "chart": chart, "course": figures.course, "steady": in_words(steady),
    }  # fmt: skip


def _own(project: Project, person: User) -> list[Rater]:
    """The person on each scale of the project."""
    return [rater for raters in raters_of(project, person).values() for rater in raters]


def _own_grades(rater: Rater) -> Chart:
    low, high = ENDS[rater.kind]
    bars = [Bar(str(at), 100 * rater.use.share(at), ink=0) for at in range(high, low - 1, -1)]
    return bar_chart(f"Share of each grade: {NAMES[rater.kind]}", bars, unit="%", width=560, row=20)


def _grades(rater: Rater, everybody: list[Rater]) -> Chart:
    """Shares of each grade, the person's above the panel's."""
    low, high = ENDS[rater.kind]
    panel = panel_use(everybody)
    bars = []
    for grade in range(high, low - 1, -1):
        bars.append(Bar(f"{grade}, own", 100 * rater.use.share(grade), ink=0))
        bars.append(Bar(f"{grade}, everybody", 100 * panel[grade] / panel.total(), ink=4))
    return bar_chart(f"Share of each grade: {NAMES[rater.kind]}", bars, unit="%", width=560, row=20)
