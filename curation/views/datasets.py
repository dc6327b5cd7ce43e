"""Datasets: the list, one with its versions, and the wizard that freezes the next version."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Project
from accounts.roles import Right, require
from accounts.views.page import ProjectRequest, page
from core.errors import InvalidInput, ReframeError
from core.web.forms import add_problem
from core.web.paging import newest_first
from curation.models import Dataset, SampleKind, Split
from curation.rules import checked_rules
from curation.selectors.datasets import dataset_in, datasets_of, versions_of
from curation.services.freezing import create_dataset, freeze_version
from curation.services.previewing import MOST_CANDIDATES, Preview, preview_version
from curation.views.forms import DatasetForm, RulesForm, rules_form
from curation.views.links import link, step
from curation.views.sample_rows import sample_rows
from curation.views.tables import count_table, lost_table


@require_http_methods(["GET", "HEAD", "POST"])
@page(Right.SEE_DATASETS)
def datasets(request: ProjectRequest, project: Project) -> HttpResponse:
    """All datasets; a curator makes a new one here."""
    form = DatasetForm(request.POST or None)
    if request.method == "POST":
        require(request.user, Right.CURATE, project)
        if form.is_valid():
            try:
                made = create_dataset(project=project, by=request.user, **form.cleaned_data)
            except ReframeError as error:
                add_problem(form, error)
            else:
                return redirect("curation:new-version", slug=project.slug, pk=made.pk)
    context = {"page": newest_first(datasets_of(project), request), "form": form}
    status = 400 if form.errors else 200
    return render(request, "curation/datasets.html", context, status=status)


@require_safe
@page(Right.SEE_DATASETS)
def dataset(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """One dataset with its versions."""
    found = dataset_in(project, pk)
    versions = newest_first(versions_of(project).filter(dataset=found), request)
    context = {"dataset": found, "page": versions, "trail": _trail(project, found)}
    return render(request, "curation/dataset.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Right.CURATE)
def new_version(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """The rules of the next version with a live preview; sending them freezes it."""
    found = dataset_in(project, pk)
    last = versions_of(project).filter(dataset=found).first()
    form = rules_form(
        request.POST if request.method == "POST" else None, earlier=last.rules if last else None
    )
    if request.method == "POST" and form.is_valid():
        try:
            version = freeze_version(dataset=found, rules=form.given(), by=request.user)
        except ReframeError as error:
            add_problem(form, error)
        else:
            messages.success(request, f"{version} is being frozen.")
            return redirect("curation:version", slug=project.slug, pk=version.pk)
    number = last.number + 1 if last else 1
    trail = _trail(project, found, is_here=False)
    context = {
        "dataset": found, "form": form, "number": number,
        "trail": [*trail, step(f"new version {number}", "version")],
    }  # fmt: skip
    status = 400 if form.errors else 200
    return render(request, "curation/new_version.html", context, status=status)


@require_safe
@page(Right.CURATE)
def preview(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """What these rules would freeze now; a fragment beside the form."""
    dataset_in(project, pk)
    form = rules_form(request.GET)
    try:
        context = _preview_context(project, _previewed(project, form))
    except InvalidInput as error:
        context = {"problem": str(error)}
    return render(request, "curation/preview.html", context)


def _previewed(project: Project, form: RulesForm) -> Preview:
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        label = form.fields[name].label if name in form.fields else "The rules"
        raise InvalidInput(f"{label}: {errors[0]}")
    return preview_version(project=project, rules=checked_rules(form.given()))


def _preview_context(project: Project, found: Preview) -> dict[str, Any]:
    counts = {
        f"{kind}/{split}": number
        for kind, counter in found.counts.items()
        for split, number in counter.items()
    }
    return {
        "total": found.total,
        "is_partial": found.is_partial,
        "most": MOST_CANDIDATES,
        "splits": list(Split),
        "counts": count_table(counts, kinds=[SampleKind(kind) for kind in found.counts]),
        "lost": lost_table(found.lost.as_json()),
        "rows": sample_rows(project, found.rows),
    }


def _trail(project: Project, found: Dataset, *, is_here: bool = True) -> list[dict[str, Any]]:
    here = "" if is_here else link("curation:dataset", project.slug, found.pk)
    return [
        step("Datasets", "section", link("curation:datasets", project.slug)),
        step(found.name, "dataset", here),
    ]
