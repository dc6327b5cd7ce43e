"""The photos of a project: filters as chips in the address, pages by key, more as one scrolls."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Project
from accounts.roles import Right
from accounts.views.page import ProjectRequest, page
from catalog.models import Photo, PhotoState
from catalog.selectors.photos import (
    MOST_COUNTED,
    PhotoFilter,
    about_all,
    counted,
    is_large,
    licences_of,
    photos_of,
)
from core.errors import InvalidInput
from core.web.paging import Page, newest_first
from core.web.queries import refuse_unknown

SHOWN = 60
FEW = 30  # up to here the photos of a whole project are shown large
PLACES = {"before", "after"}


@dataclass(frozen=True)
class Chip:
    """One filter: where a click on it leads, and whether it is on."""

    label: str
    href: str
    current: bool
    count: str = ""


@require_safe
@page(Right.SEE_PHOTOS)
def photos(request: ProjectRequest, project: Project) -> HttpResponse:
    """The gallery; for htmx only the next photos."""
    chosen = _filters(request, project)
    found = newest_first(chosen.qs.only(*_COLUMNS), request, size=SHOWN)
    if request.headers.get("HX-Request"):
        return render(request, "catalog/photo_cards.html", {"page": found})
    is_filtered = any(name in request.GET for name in chosen.base_filters)
    total, words = _total(chosen.qs, found, project, request, is_filtered=is_filtered)
    context = {
        "page": found,
        "total": total,
        "total_words": words,
        "is_filtered": is_filtered,
        "is_few": total <= FEW and not is_filtered,
        "q": request.GET.get("q", ""),
        "selection_query": _without_places(request).urlencode(),
        "kept": [
            (name, value) for name, value in request.GET.items() if name not in {"q", *PLACES}
        ],
        "chips": _chips(request, project) if total or is_filtered else [],
    }
    return render(request, "catalog/photos.html", context)


def _total(
    rows: QuerySet[Photo], found: Page[Photo], project: Project, request: ProjectRequest,
    *, is_filtered: bool,
) -> tuple[int, str]:  # fmt: skip
    """How many there are, in words too; beyond what is quickly counted, only about."""
    if not found.older and not found.newer:
        return len(found.rows), f"{len(found.rows):,}"
    # Words are looked for in every photo: that is done once, for the page.
    most = SHOWN if request.GET.get("q") and is_large(project) else MOST_COUNTED
    total = counted(rows, most)
    if total <= most:
        return total, f"{total:,}"
    return total, f"more than {most:,}" if is_filtered else f"about {about_all(project):,}"


_COLUMNS = ("pk", "title", "width", "height", "state", "project")


def _filters(request: ProjectRequest, project: Project) -> PhotoFilter:
    refuse_unknown(request.GET, {*PhotoFilter.base_filters, *PLACES})
    chosen = PhotoFilter(request.GET, queryset=photos_of(project))
    if not chosen.is_valid():
        name, errors = next(iter(chosen.errors.items()))
        raise InvalidInput(f"{name}: {errors[0]}", field=name)
    return chosen


def _chips(request: ProjectRequest, project: Project) -> list[Chip]:
    chips = [
        _chip(request, "With comments", "comments", "true"),
        _chip(request, "Without comments", "comments", "false"),
        _chip(request, "Near-duplicates", "alike", "true"),
    ]
    if Photo.objects.filter(project=project, state=PhotoState.BROKEN).exists():
        chips.append(_chip(request, "Cannot be read", "state", PhotoState.BROKEN))
    if "group" in request.GET:
        chips.append(_chip(request, "One group", "group", request.GET["group"]))
    for licence, count in licences_of(project):
        chips.append(_chip(request, licence, "licence", licence, f"{count:,}"))
    return chips


def _without_places(request: ProjectRequest) -> QueryDict:
    query = request.GET.copy()
    for place in PLACES:
        query.pop(place, None)
    return query


def _chip(request: ProjectRequest, label: str, name: str, value: str, count: str = "") -> Chip:
    query = _without_places(request)
    is_on = query.get(name) == value
    if is_on:
        query.pop(name)
    else:
        query[name] = value
    short = label if len(label) <= 24 else f"{label[:23].rstrip()}…"
    return Chip(short, f"?{query.urlencode()}" if query else request.path, is_on, count)
