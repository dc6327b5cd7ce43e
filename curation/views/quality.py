"""The quality page: how far experts agree, what the crops are worth, and why a score is what it is."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Project
from accounts.roles import Right
from accounts.views.page import ProjectRequest, page
from core.charts import Bar, Chart, bar_chart
from core.csv_cells import neutral_cell
from core.web.paging import newest_first
from curation.models import DatasetVersion, Score, ScoreKind
from curation.selectors.quality import (
    KindFigures,
    ScoredPhoto,
    open_flags,
    quality_figures,
    scored_photos,
    with_scores,
)
from curation.selectors.scores import (
    comparisons_behind,
    habits_of_voters,
    other_methods,
    score_in,
    scores_of,
    votes_behind,
)
from curation.selectors.votes import counted_rounds
from curation.services.scoring import start_full_scores
from curation.views.csv_files import csv_file
from curation.views.drawings import cut, whisker
from curation.views.links import link, step
from curation.views.parts import METHODS, quality_tabs

PHOTOS_A_PAGE = 10
SHOWN_FLAGS = 6
MOST_DIGITS = 18  # of a number that fits the database
SHOWN_CROPS = 8  # of each photo, unless it is asked for alone
CSV_HEAD = (
    "kind", "photo", "title", "crop", "value", "n", "sd", "low", "high", "rank", "method",
    "method_version", "computed_at",
)  # fmt: skip


@require_safe
@page(Right.SEE_QUALITY)
def quality(request: ProjectRequest, project: Project) -> HttpResponse:
    """Figures over all scores, open flags, and photos with their crops."""
    only_flagged = request.GET.get("show") == "flagged"
    rows = scored_photos(project, only_flagged=only_flagged)
    alone = request.GET.get("photo", "")
    alone = alone if alone.isdecimal() and len(alone) < MOST_DIGITS else ""
    if alone:
        rows = rows.filter(pk=int(alone))
    photos = newest_first(rows, request, size=PHOTOS_A_PAGE)
    figures = quality_figures(project)
    flags = open_flags(project)
    context = {
        "tabs": quality_tabs(project, "quality"),
        "figures": figures,
        "charts": [_distribution(each) for each in figures if each.scores],
        "has_scores": bool(photos.rows) or any(each.scores for each in figures),
        "has_figures": any(each.scores for each in figures),
        "flags": flags[:SHOWN_FLAGS],
        "flag_count": flags.count(),
        "page": photos,
        "photos": [
            _shown(each, SHOWN_CROPS if not alone else None)
            for each in with_scores(project, photos.rows, request.user)
        ],
        "is_alone": bool(alone),
        "only_flagged": only_flagged,
    }
    return render(request, "curation/quality.html", context)


@require_POST
@page(Right.ADJUDICATE)
def compute(request: ProjectRequest, project: Project) -> HttpResponse:
    """Compute every score anew, in the background."""
    start_full_scores(project=project, by=request.user)
    messages.success(request, "All scores are being computed anew.")
    return redirect("curation:quality", slug=project.slug)


@require_safe
@page(Right.SEE_QUALITY)
def score(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """Why this score: every vote, counted or not. The part alone for htmx."""
    found = score_in(project, pk, request.user)
    votes = votes_behind(found)
    context = {
        "score": found,
        "votes": votes,
        "rounds": counted_rounds({each.vote.item_id for each in votes}),
        "whisker": whisker(found),
        "method": METHODS[found.method],
        "others": [(each, METHODS[each.method]) for each in other_methods(found)],
        "against": comparisons_behind(found),
        "habits": habits_of_voters(found, votes),
        "cut": cut(found.crop, found.photo) if found.crop else None,
        "boxes": _boxes([found]) if found.crop else [],
        "trail": _trail(project, found),
        "versions": _versions(found),
        "draft_url": _draft_url(project, found),
    }
    whole = not request.headers.get("HX-Request")
    return render(request, "curation/score.html" if whole else "curation/why.html", context)


@require_safe
@page(Right.SEE_QUALITY)
def scores_csv(request: ProjectRequest, project: Project) -> StreamingHttpResponse:
    """Every score as CSV, streamed; cells that a spreadsheet would run are disarmed."""
    rows = scores_of(project, request.user).order_by("kind", "photo_id", "rank", "crop_id")
    response = StreamingHttpResponse(
        _lines(rows.iterator(chunk_size=1000)), content_type="text/csv"
    )
    response["Content-Disposition"] = f'attachment; filename="scores-{project.slug}.csv"'
    return response


@require_safe
@page(Right.SEE_QUALITY)
def distribution_csv(request: ProjectRequest, project: Project) -> HttpResponse:
    """How many mean scores lie in each part of their scale."""
    rows = (
        (str(each.kind), part.low, part.high, part.count)
        for each in quality_figures(project)
        for part in each.bins
    )
    return csv_file(f"distribution-{project.slug}", ("kind", "from", "to", "scores"), rows)


class _Line:
    """A file that gives back what is written to it."""

    def write(self, value: str) -> str:
        return value


def _lines(scores: Iterator[Score]) -> Iterator[str]:
    writer: Any = csv.writer(_Line())
    yield writer.writerow(CSV_HEAD)
    for each in scores:
        cells = (
            each.kind, each.photo_id, neutral_cell(each.photo.title), each.crop_id, each.value,
            each.n, each.sd, each.low, each.high, each.rank, each.method, each.method_version,
            each.computed_at.isoformat(),
        )  # fmt: skip
        yield writer.writerow(cells)


def _distribution(figures: KindFigures) -> Chart:
    title = "Crop scores, 1 to 5" if figures.kind is ScoreKind.CROP else "Photo scores, 1 to 10"
    bars = [
        Bar(f"{each.low:g} to {each.high:g}", each.count, ink=1)
        for each in reversed(figures.bins)
    ]  # fmt: skip
    return bar_chart(title, bars, width=560, row=24)


def _shown(photo: ScoredPhoto, most: int | None) -> dict[str, Any]:
    return {
        "row": photo,
        "more": 0 if most is None else max(0, len(photo.crops) - most),
        "has_combined": bool(photo.combined),
        "crops": [
            {
                "score": each,
                "whisker": whisker(each),
                "cut": cut(each.crop, photo.photo),
                "primary": photo.primary.get(each.crop_id),
                "combined": photo.combined.get(each.crop_id),
            }
            for each in photo.crops[:most]
            if each.crop
        ],
        "own": (photo.own, whisker(photo.own)) if photo.own else None,
        "boxes": _boxes([each for each in photo.crops if each.rank == 1]),
    }


def _boxes(scores: list[Score]) -> list[dict[str, Any]]:
    return [
        {"box": list(each.crop.corners), "label": f"{each.value:.2f}", "kind": "best"}
        for each in scores
        if each.crop is not None
    ]


def _trail(project: Project, found: Score) -> list[dict[str, Any]]:
    photo = link("catalog:photo", project.slug, found.photo_id)
    what = f"score of crop {found.crop_id}" if found.crop_id else "score of the photo"
    return [
        step("Quality", "section", reverse("curation:quality", args=[project.slug])),
        step(str(found.photo), "photo", photo),
        step(what, "score"),
    ]


def _draft_url(project: Project, found: Score) -> str:
    kind, _, number = (found.crop.made_from if found.crop else "").partition("/")
    return link("annotation:draft", project.slug, int(number)) if kind == "draft" else ""


def _versions(found: Score) -> list[DatasetVersion]:
    """Versions that hold samples made from this score."""
    rows = DatasetVersion.objects.filter(
        samples__photo_id=found.photo_id, samples__made_from__contains=[f"score/{found.pk}"]
    )
    return list(rows.select_related("dataset").distinct().order_by("pk"))
