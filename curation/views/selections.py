"""Saved selections: the list, a new one by filters, one with its photos."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Project
from accounts.roles import Right
from accounts.views.page import ProjectRequest, page
from annotation.models import Campaign
from catalog.selectors.photos import counted
from catalog.services.selections import delete_selection, rename_selection, save_selection
from core.errors import ReframeError
from core.web.forms import add_problem
from core.web.paging import newest_first
from core.web.queries import refuse_unknown
from curation.selectors.selections import (
    SelectionFilter,
    benchmark_count,
    filtered_photos,
    in_words,
    photos_in,
    selection_in,
    selections_of,
)

SHOWN = 24
MOST_COUNTED = 50_000  # photos that filters find, before a selection of them is saved
PHOTOS_A_PAGE = 60
PARTS = (
    ("Photos", ("q", "state", "licence", "comments", "alike", "group")),
    ("Scores and disagreement",
     ("rated", "min_score", "max_score", "min_spread", "min_half_width", "flag")),
    ("Where they came from", ("photo_import", "annotation_import")),
    ("What they are used for",
     ("benchmark", "version", "split", "not_in_version", "answered_in", "not_answered_in")),
)  # fmt: skip


class NameForm(forms.Form):
    """What a selection is called."""

    name = forms.CharField(max_length=120)


@require_safe
@page(Right.SEE_QUALITY)
def selections(request: ProjectRequest, project: Project) -> HttpResponse:
    """All of them, newest first."""
    found = newest_first(selections_of(project), request)
    rows = [(row, benchmark_count(photos_in(row))) for row in found.rows]
    return render(request, "curation/selections.html", {"page": found, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@page(Right.SAVE_SELECTIONS)
def new_selection(request: ProjectRequest, project: Project) -> HttpResponse:
    """Filters in the address, what they find, and a name to save it under."""
    refuse_unknown(request.GET, SelectionFilter.base_filters)
    given = {name: value for name, value in request.GET.items() if value}
    chosen, photos = filtered_photos(project, given, request.user)
    form = NameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = save_selection(
                project=project, name=form.cleaned_data["name"], photos=photos, made_by=given,
                words=in_words(chosen), by=request.user,
            )  # fmt: skip
        except ReframeError as error:
            add_problem(form, error)
        else:
            messages.success(request, f"{made.name} is saved, with {made.photo_count:,} photos.")
            return redirect("curation:selection", slug=project.slug, pk=made.pk)
    total = counted(photos, MOST_COUNTED)
    context = {
        "parts": [(title, [chosen.form[name] for name in names]) for title, names in PARTS],
        "form": form, "words": in_words(chosen), "total": min(total, MOST_COUNTED),
        "is_more": total > MOST_COUNTED,
        "held_out": benchmark_count(photos), "query": request.GET.urlencode(),
        "photos": photos.order_by("-pk")[:SHOWN],
    }  # fmt: skip
    status = 400 if form.errors else 200
    return render(request, "curation/new_selection.html", context, status=status)


@require_safe
@page(Right.SEE_QUALITY)
def selection(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """One of them: its photos, how it was made, what was made of it."""
    return _page(request, project, pk, None)


@require_POST
@page(Right.SAVE_SELECTIONS)
def rename(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """Another name."""
    found = selection_in(project, pk)
    form = NameForm(request.POST)
    if form.is_valid():
        try:
            rename_selection(selection=found, name=form.cleaned_data["name"], by=request.user)
        except ReframeError as error:
            add_problem(form, error)
        else:
            messages.success(request, "The name is changed.")
            return redirect("curation:selection", slug=project.slug, pk=pk)
    return _page(request, project, pk, form)


@require_POST
@page(Right.SAVE_SELECTIONS)
def delete(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """Forget the list; photos and campaigns stay."""
    found = selection_in(project, pk)
    delete_selection(selection=found, by=request.user)
    messages.success(request, f"{found.name} is deleted. Its photos are as they were.")
    return redirect("curation:selections", slug=project.slug)


def _page(
    request: ProjectRequest, project: Project, pk: int, form: NameForm | None
) -> HttpResponse:
    found = selection_in(project, pk)
    photos = photos_in(found)
    context: dict[str, Any] = {
        "selection": found, "held_out": benchmark_count(photos),
        "page": newest_first(photos, request, size=PHOTOS_A_PAGE),
        "campaigns": Campaign.objects.filter(selection=found).order_by("-pk"),
        "form": form or NameForm(initial={"name": found.name}),
    }  # fmt: skip
    status = 400 if form is not None else 200
    return render(request, "curation/selection.html", context, status=status)
