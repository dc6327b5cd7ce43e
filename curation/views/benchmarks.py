"""Benchmarks: the list, drawing one, its photos with the boxes that count as right."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Project
from accounts.roles import Right, require
from accounts.views.page import ProjectRequest, page
from core.errors import InvalidInput, ReframeError
from core.web.forms import add_problem
from core.web.paging import newest_first
from curation.models import Benchmark, BenchmarkVersion
from curation.selectors.benchmarks import (
    benchmark_in,
    benchmarks_of,
    references_of,
    trained_before,
    version_of,
)
from curation.selectors.cross_reviews import cross_reviews_of
from curation.selectors.paths import Source, sources_of
from curation.services.benchmarks import RULES, draw_benchmark, freeze_references
from curation.views.forms import DrawForm, ReferencesForm
from curation.views.links import link, step

PHOTOS_A_PAGE = 48


@dataclass(frozen=True)
class _Told:
    """What is said under a photo."""

    boxes: list[dict[str, Any]] = field(default_factory=list)
    rated: int = 0
    records: list[Source] = field(default_factory=list)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Right.SEE_DATASETS)
def benchmarks(request: ProjectRequest, project: Project) -> HttpResponse:
    """All benchmarks; a curator draws a new one here."""
    form = DrawForm(request.POST or None)
    if request.method == "POST":
        require(request.user, Right.CURATE, project)
        if form.is_valid():
            try:
                made = draw_benchmark(project=project, by=request.user, **form.cleaned_data)
            except ReframeError as error:
                add_problem(form, error)
            else:
                messages.success(request, f"{made} is drawn and frozen.")
                return redirect("curation:benchmark", slug=project.slug, pk=made.pk)
    context = {"page": newest_first(benchmarks_of(project), request), "form": form}
    status = 400 if form.errors else 200
    return render(request, "curation/benchmarks.html", context, status=status)


@require_safe
@page(Right.SEE_DATASETS)
def benchmark(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """One benchmark: its photos, with the references of a version drawn on them."""
    found = benchmark_in(project, pk)
    return _page(request, project, found, ReferencesForm(None, cross_reviews_of(found)))


@require_POST
@page(Right.CURATE)
def references(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """Freeze what counts as right now."""
    found = benchmark_in(project, pk)
    form = ReferencesForm(request.POST, cross_reviews_of(found))
    if form.is_valid():
        rule, campaign = form.chosen()
        try:
            version = freeze_references(
                benchmark=found, rule=rule, campaign=campaign, by=request.user
            )
        except ReframeError as error:
            add_problem(form, error)
        else:
            messages.success(request, f"Version {version.number} of the references is frozen.")
            return redirect("curation:benchmark", slug=project.slug, pk=found.pk)
    return _page(request, project, found, form)


def _page(
    request: ProjectRequest, project: Project, found: Benchmark, form: ReferencesForm
) -> HttpResponse:
    version = version_of(found, _number(request.GET.get("version")))
    members = newest_first(found.members.select_related("photo"), request, size=PHOTOS_A_PAGE)
    shown = _shown(version, [member.photo_id for member in members.rows])
    versions = found.versions.select_related("by", "campaign").order_by("-number")
    context: dict[str, Any] = {
        "benchmark": found,
        "form": form,
        "version": version,
        "versions": [(each, RULES.get(each.rule, each.rule)) for each in versions],
        "page": members,
        "photos": [(each.photo, shown.get(each.photo_id, _Told())) for each in members.rows],
        "trained_before": trained_before(found),
        "trail": [
            step("Datasets", "section", link("curation:datasets", project.slug)),
            step("Benchmarks", "section", link("curation:benchmarks", project.slug)),
            step(found.name, "benchmark"),
        ],
    }
    return render(request, "curation/benchmark.html", context, status=400 if form.errors else 200)


def _shown(version: BenchmarkVersion | None, photo_ids: list[int]) -> dict[int, _Told]:
    """Per photo the boxes that count as right, to draw, how many rated crops are frozen, and the
    items whose golden records the boxes are."""
    if version is None:
        return {}
    rows = list(references_of(version).filter(photo__in=photo_ids))
    records = {row.photo_id: _records(row.made_from) for row in rows}
    sources = sources_of(path for paths in records.values() for path in paths)
    return {
        row.photo_id: _Told(
            [{"box": box, "label": "", "kind": "best"} for box in row.boxes], len(row.rated),
            [sources[path] for path in records[row.photo_id]],
        )
        for row in rows
    }  # fmt: skip


def _records(paths: list[str]) -> list[str]:
    return [path for path in paths if path.startswith("adjudication/")]


def _number(word: str | None) -> int | None:
    if word is None:
        return None
    if not (word.isascii() and word.isdigit() and len(word) < 7):
        raise InvalidInput("version must be a whole number.", field="version")
    return int(word)
