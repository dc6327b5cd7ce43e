"""What a campaign that judges models' texts says of the models, as a page and as a file."""

from __future__ import annotations

import csv

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Project
from accounts.roles import Right
from accounts.views.page import ProjectRequest, page
from annotation.selectors.campaigns import campaign_in
from annotation.selectors.judgements import Figure, figures_of, why_blind
from annotation.views.campaigns import frame
from core.csv_cells import neutral_cell
from core.errors import Conflict
from measures.statistics.known import Known

HEAD = ("model", "figure", "value", "low", "high", "n", "not_known")


@require_safe
@page(Right.SEE_QUALITY)
def results(request: ProjectRequest, project: Project, campaign_id: int) -> HttpResponse:
    """Marks and wins by model, with intervals, from complete items."""
    found = campaign_in(project, campaign_id)
    blind = why_blind(found, request.user)
    figures = [] if blind else figures_of(found)
    context = {**frame(request, project, found, "results"), "blind": blind, "figures": figures}
    return render(request, "annotation/results.html", context)


@require_safe
@page(Right.SEE_QUALITY)
def results_csv(request: ProjectRequest, project: Project, campaign_id: int) -> HttpResponse:
    """The same as a file."""
    found = campaign_in(project, campaign_id)
    blind = why_blind(found, request.user)
    if blind:
        raise Conflict(blind)
    response = HttpResponse(content_type="text/csv")
    response["Content-Disposition"] = f'attachment; filename="results-{found.pk}.csv"'
    writer = csv.writer(response)
    writer.writerow(HEAD)
    writer.writerows(_row(each) for each in figures_of(found))
    return response


def _row(each: Figure) -> list[str]:
    known = each.interval
    ends = (
        [f"{known.value.low:.6f}", f"{known.value.high:.6f}"]
        if isinstance(known, Known)
        else ["", ""]
    )
    value = "" if each.value is None else f"{each.value:.6f}"
    why = "" if isinstance(known, Known) else known.reason
    return [neutral_cell(each.maker), each.what, value, *ends, str(each.n), why]
