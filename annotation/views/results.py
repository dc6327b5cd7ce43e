"""What a campaign says of models, or of photos by attribute, as a page and as a file."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Project
from accounts.roles import Right
from accounts.views.page import ProjectRequest, page
from annotation.models import Campaign
from annotation.selectors.attribute_figures import (
    FILE_HEAD,
    asks_attributes,
    attribute_figures,
    photo_rows,
)
from annotation.selectors.campaigns import campaign_in
from annotation.selectors.judgements import Figure, figures_of, why_blind
from annotation.views.campaigns import frame
from annotation.views.result_charts import chart_of_attributes, charts_of_models
from core.csv_cells import neutral_cell
from core.errors import Conflict
from measures.statistics.known import Known

HEAD = ("model", "figure", "value", "low", "high", "n", "not_known")


@require_safe
@page(Right.SEE_QUALITY)
def results(request: ProjectRequest, project: Project, campaign_id: int) -> HttpResponse:
    """Marks and wins by model, or grades by attribute, with intervals, from complete items."""
    found = campaign_in(project, campaign_id)
    context = frame(request, project, found, "results")
    context["blind"] = why_blind(found, request.user)
    context["has_attributes"] = asks_attributes(found)
    if not context["blind"]:
        context |= _attribute_parts(found) if context["has_attributes"] else _model_parts(found)
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
    writer.writerows(_attribute_rows(found) if asks_attributes(found) else _model_rows(found))
    return response


def _attribute_parts(found: Campaign) -> dict[str, Any]:
    figures = attribute_figures(found)
    return {"figures": figures, "charts": chart_of_attributes(figures)}


def _model_parts(found: Campaign) -> dict[str, Any]:
    figures = figures_of(found)
    return {"figures": figures, "charts": charts_of_models(figures)}


def _model_rows(found: Campaign) -> Iterator[Sequence[str]]:
    yield HEAD
    for each in figures_of(found):
        yield _row(each)


def _attribute_rows(found: Campaign) -> Iterator[Sequence[str]]:
    """A row for each photo."""
    yield FILE_HEAD
    for photo, title, *figures in photo_rows(found):
        yield [str(photo), neutral_cell(title), *map(_cell, figures)]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.6f}" if isinstance(value, float) else str(value)


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
