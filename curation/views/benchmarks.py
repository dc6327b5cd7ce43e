"""Benchmarks: the list, drawing one, its photos with the boxes that count as right."""

from __future__ import annotations

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
from curation.services.benchmarks import RULES, draw_benchmark, freeze_references
from curation.views.forms import DrawForm, ReferencesForm
from curation.views.links import link, step

PHOTOS_A_PAGE = 48


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
    return _page(request, project, benchmark_in(project, pk), ReferencesForm())


@require_POST
@page(Right.CURATE)
def references(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """Freeze what counts as right now."""
    found = benchmark_in(project, pk)
    form = ReferencesForm(request.POST)
    if form.is_valid():
        try:
            version = freeze_references(
                benchmark=found, rule=form.cleaned_data["rule"], by=request.user
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
    versions = found.versions.select_related("by").order_by("-number")
    context: dict[str, Any] = {
        "benchmark": found,
        "form": form,
        "version": version,
        "versions": [(each, RULES.get(each.rule, each.rule)) for each in versions],
        "page": members,
        "photos": [(member.photo, *shown.get(member.photo_id, ([], 0))) for member in members.rows],
        "trained_before": trained_before(found),
        "trail": [
            step("Datasets", "section", link("curation:datasets", project.slug)),
            step("Benchmarks", "section", link("curation:benchmarks", project.slug)),
            step(found.name, "benchmark"),
        ],
    }
    return render(request, "curation/benchmark.html", context, status=400 if form.errors else 200)


def _shown(
    version: BenchmarkVersion | None, photo_ids: list[int]
) -> dict[int, tuple[list[dict[str, Any]], int]]:
    """Per photo the boxes that count as right, to draw, and how many rated crops are frozen."""
    if version is None:
        return {}
    return {
        row.photo_id: (
            [{"box": box, "label": "", "kind": "best"} for box in row.boxes], len(row.rated)
        )
        for row in references_of(version).filter(photo__in=photo_ids)
    }  # fmt: skip


def _number(word: str | None) -> int | None:
    if word is None:
        return None
    if not (word.isascii() and word.isdigit() and len(word) < 7):
        raise InvalidInput("version must be a whole number.", field="version")
    return int(word)
