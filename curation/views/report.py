"""The report of a project's ratings in the manner of ITU-T P.910 and ITU-R BT.500, made for print."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Project, User
from accounts.roles import Right
from accounts.views.page import ProjectRequest, page
from curation.models import Agreement, ProtocolReport, RaterFigures, ScoreKind
from curation.views.csv_files import csv_file
from curation.views.parts import NAMES, quality_tabs

CSV_HEAD = (
    "kind", "rater", "bias", "inconsistency", "r_with_others", "is_uncorrelated", "far_above",
    "far_below", "bt500_would_reject",
)  # fmt: skip


@require_safe
@page(Right.SEE_QUALITY)
def report(request: ProjectRequest, project: Project) -> HttpResponse:
    """Every scale's figures as last computed, with rules, versions, and what was left out."""
    rows = ProtocolReport.objects.filter(project=project).order_by("kind")
    context = {
        "tabs": quality_tabs(project, "report"),
        "scales": [_scale(project, row) for row in rows],
    }
    return render(request, "curation/report.html", context)


@require_safe
@page(Right.SEE_QUALITY)
def report_csv(request: ProjectRequest, project: Project) -> HttpResponse:
    """The table of raters of every scale; what a rule does not say is empty."""
    scales = [
        _scale(project, row)
        for row in ProtocolReport.objects.filter(project=project).order_by("kind")
    ]
    rows = (
        (
            str(scale["row"].kind), each["name"], getattr(each["habits"], "bias", None),
            getattr(each["habits"], "inconsistency", None), each["r"], each["is_uncorrelated"],
            each["above"], each["below"], each["is_rejected"],
        )
        for scale in scales
        for each in scale["raters"]
    )  # fmt: skip
    return csv_file(f"report-{project.slug}", CSV_HEAD, rows)


def _scale(project: Project, row: ProtocolReport) -> dict[str, Any]:
    kind, figures = ScoreKind(row.kind), row.figures
    screened = figures["screened"]
    people = {each["person"] for each in screened["raters"]}
    names = dict(User.objects.filter(pk__in=people).values_list("pk", "name"))
    habits = {
        each.person_id: each for each in RaterFigures.objects.filter(project=project, kind=kind)
    }
    collapsed = screened["projection"]
    return {
        "name": NAMES[kind],
        "row": row,
        "figures": figures,
        "agreement": Agreement.objects.filter(project=project, kind=kind, part="").first(),
        "raters": [
            {
                **each, "name": names.get(each["person"], "imported"),
                "habits": habits.get(each["person"]),
            }
            for each in screened["raters"]
        ],
        "collapsed": [names.get(each, "imported") for each in collapsed]
        if isinstance(collapsed, list) else None,
        "projection_unknown": collapsed if isinstance(collapsed, str) else "",
    }  # fmt: skip
