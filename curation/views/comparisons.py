"""Pairs: which crop of a photo wins, how surely, and which comparison is missing."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import Project
from accounts.roles import Right
from accounts.views.page import ProjectRequest, page
from catalog.models import Crop
from core.charts import Bar, Chart, whisker_chart
from core.web.paging import newest_first
from curation.selectors.comparisons import (
    ComparedPhoto,
    compared_photos,
    comparisons_in,
    pair_figures,
    with_comparisons,
)
from curation.views.csv_files import csv_file
from curation.views.drawings import cut
from curation.views.links import link, step
from curation.views.parts import quality_tabs
from measures.statistics.known import Known, NotKnown, value_or_none
from measures.statistics.pair_scores import PairScore

PHOTOS_A_PAGE = 10
RELIABILITY_HEAD = ("from", "to", "predicted", "observed", "low", "high", "n")


@require_safe
@page(Right.SEE_QUALITY)
def pairs(request: ProjectRequest, project: Project) -> HttpResponse:
    """Pair votes together, and the photos that were compared."""
    photos = newest_first(compared_photos(project), request, size=PHOTOS_A_PAGE)
    figures = pair_figures(project)
    kept = figures["reliability"].get("value") if figures else None
    context = {
        "tabs": quality_tabs(project, "pairs"),
        "reliability_chart": reliability_chart(kept) if kept else None,
        "figures": figures,
        "page": photos,
        "photos": [
            _row(each) if isinstance(each, ComparedPhoto) else {"photo": each, "is_hidden": True}
            for each in with_comparisons(project, photos.rows, request.user)
        ],
    }
    return render(request, "curation/pairs.html", context)


@require_safe
@page(Right.SEE_QUALITY)
def photo_pairs(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """One photo: worths with intervals, every comparison, and what to ask next."""
    found = comparisons_in(project, pk, request.user)
    ranked = found.ranked()
    order = [crop for crop, _ in ranked.value] if isinstance(ranked, Known) else found.crops
    context = {
        "compared": found,
        "refused": ranked if isinstance(ranked, NotKnown) else "",
        "chart": _worths(ranked.value) if isinstance(ranked, Known) else None,
        "crops": [(crop, cut(crop, found.photo)) for crop in order],
        "matrix": [(crop, _row_of_matrix(found, crop, order)) for crop in order],
        "triads": found.triads,
        "suggestions": [
            (each, cut(each.first, found.photo), cut(each.second, found.photo))
            for each in found.suggestions()
        ],
        "trail": [
            step("Quality", "section", reverse("curation:quality", args=[project.slug])),
            step("Pairs", "section", reverse("curation:pairs", args=[project.slug])),
            step(str(found.photo), "photo"),
        ],
        "photo_url": link("catalog:photo", project.slug, found.photo.pk),
    }
    return render(request, "curation/photo_pairs.html", context)


@require_safe
@page(Right.SEE_QUALITY)
def reliability_csv(request: ProjectRequest, project: Project) -> HttpResponse:
    """Predicted and observed shares of choices; no rows where they are not known."""
    figures = pair_figures(project) or {"reliability": {}}
    found = figures["reliability"].get("value", {"bins": []})
    rows = ([each[name] for name in RELIABILITY_HEAD] for each in found["bins"])
    return csv_file(f"reliability-{project.slug}", RELIABILITY_HEAD, rows)


@require_safe
@page(Right.SEE_QUALITY)
def worths_csv(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """The crops of one photo with their worths; one "unknown" row where they have no scale."""
    ranked = comparisons_in(project, pk, request.user).ranked()
    rows: list[tuple[int | float | str | None, ...]] = []
    if isinstance(ranked, NotKnown):
        rows.append((None, None, None, None, None, str(ranked)))
    else:
        for crop, score in ranked.value:
            span = value_or_none(score.interval)
            low, high = (span.low, span.high) if span else (None, None)
            unknown = str(score.interval) if isinstance(score.interval, NotKnown) else ""
            rows.append((crop.pk, score.worth, low, high, score.n, unknown))
    head = ("crop", "worth", "low", "high", "comparisons", "unknown")
    return csv_file(f"pairs-of-photo-{pk}-{project.slug}", head, rows)


def reliability_chart(found: dict[str, Any]) -> Chart:
    """Observed share by predicted probability; on the diagonal the scores keep their word."""
    rows = [
        Bar(
            f"{100 * each['predicted']:.0f} % predicted", 100 * each["observed"],
            100 * each["low"], 100 * each["high"], n=each["n"],
        )
        for each in found["bins"]
    ]  # fmt: skip
    return whisker_chart(
        "Chosen as often as predicted?", rows, unit="%", width=560, places=0, highest=100.0
    )


def _row(found: ComparedPhoto) -> dict[str, Any]:
    ranked = found.ranked()
    best = ranked.value[0] if isinstance(ranked, Known) and ranked.value else None
    return {
        "photo": found.photo,
        "crops": len(found.crops),
        "votes": found.votes.n,
        "people": len(found.votes.people),
        "best": best,
        "cut": cut(best[0], found.photo) if best else None,
        "groups": found.n_groups,
        "is_regularised": found.is_regularised,
        "circles": found.triads.value if isinstance(found.triads, Known) else None,
    }


def _row_of_matrix(found: ComparedPhoto, crop: Crop, order: list[Crop]) -> list[str]:
    """How often the crop won against each, "" against itself, a dash where nobody asked."""
    cells = []
    for other in order:
        won, lost = found.won(crop, other), found.won(other, crop)
        if crop == other:
            cells.append("")
        else:
            cells.append(f"{won:g} : {lost:g}" if won + lost else "\N{EN DASH}")
    return cells


def _worths(ranked: list[tuple[Crop, PairScore]]) -> Chart:
    rows = []
    for at, (crop, score) in enumerate(ranked):
        span = score.interval.value if isinstance(score.interval, Known) else None
        low, high = (span.low, span.high) if span else (None, None)
        name = f"crop {crop.pk}"
        rows.append(Bar(name, score.worth, low, high, n=score.n, ink=0 if at == 0 else 1))
    return whisker_chart("Worth in logits, with 95 % interval", rows, width=560, places=2)
