"""Keyset paging for pages and the API: a page costs the same however far one has scrolled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from rest_framework.pagination import CursorPagination

from core.errors import InvalidInput

M = TypeVar("M", bound=Model)


class NewestFirst(CursorPagination):
    """Lists of the API: ``cursor`` from the ``next`` link, ``limit`` up to 200 rows."""

    ordering = "-id"
    page_size = 50
    page_size_query_param = "limit"
    max_page_size = 200


class LatestFirst(NewestFirst):
    """The same for rows whose key does not grow with time."""

    ordering = "-created_at"


@dataclass(frozen=True)
class Page(Generic[M]):
    """``older`` and ``newer`` are query strings of the neighbouring pages, empty where none is."""

    rows: list[M]
    older: str
    newer: str


def newest_first(rows: QuerySet[M], request: HttpRequest, *, size: int = 50) -> Page[M]:
    """One page of ``rows`` by falling id; ``?before=17`` or ``?after=17`` say where it starts."""
    before, after = _whole(request, "before"), _whole(request, "after")
    if after is not None:
        found = list(rows.filter(pk__gt=after).order_by("pk")[: size + 1])
        kept = found[:size][::-1]
        return Page(
            kept, _link(request, "before", kept), _link(request, "after", kept, found, size)
        )
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: size + 1])
    kept = found[:size]
    newer = _link(request, "after", kept) if before is not None else ""
    return Page(kept, _link(request, "before", kept, found, size), newer)


def _link(
    request: HttpRequest, name: str, kept: list[M], found: list[M] | None = None, size: int = 0
) -> str:
    if not kept or (found is not None and len(found) <= size):
        return ""
    edge = kept[-1] if name == "before" else kept[0]
    query = request.GET.copy()
    query.pop("before", None)
    query.pop("after", None)
    query[name] = str(edge.pk)
    return f"?{query.urlencode()}"


def _whole(request: HttpRequest, name: str) -> int | None:
    word = request.GET.get(name)
    if word is None:
        return None
    if not (word.isascii() and word.isdigit() and len(word) < 19):
        raise InvalidInput(f"{name} must be a whole number.", field=name)
    return int(word)
