"""Pages of those who run campaigns: this moment, sessions, returning what somebody holds."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import StringIO
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Project, User
from accounts.roles import Right
from accounts.views.page import ProjectRequest, page
from annotation.models import Campaign
from annotation.selectors.campaigns import campaign_in
from annotation.selectors.running import (
    is_now_at_hand,
    lease_in,
    now_in,
    people_to_choose,
    places_of,
    session_in,
    sessions_of,
)
from annotation.services.sessions import deal_sessions, give_session, return_lease
from annotation.views.campaigns import frame
from core.errors import InvalidInput

PLACES_HEAD = ("session", "place", "item", "photo", "state")
FIGURES_HEAD = ("figure", "value")


@require_safe
@page(Right.SEE_CAMPAIGNS)
def now(request: ProjectRequest, project: Project) -> HttpResponse:
    """What waits, what is in hands, who works, what is to be looked at; of large campaigns that nobody
    has looked at for a minute, when the page asks again."""
    is_counted = bool(request.headers.get("HX-Request")) or is_now_at_hand(project)
    context = {"now": now_in(project) if is_counted else None}
    return render(request, "annotation/now.html", context)


@require_safe
@page(Right.SEE_CAMPAIGNS)
def sessions(request: ProjectRequest, project: Project, campaign_id: int) -> HttpResponse:
    """The campaign's sessions, whose they are and how far; the figures of its design."""
    found = campaign_in(project, campaign_id)
    rows = sessions_of(found)
    context = {
        **frame(request, project, found, "sessions"), "sessions": rows,
        "choices": people_to_choose(found), "has_waiting": any(not row.person_id for row in rows),
        "figures": _figures(found), "design": found.design,
    }  # fmt: skip
    return render(request, "annotation/sessions.html", context)


@require_safe
@page(Right.SEE_CAMPAIGNS)
def sessions_csv(request: ProjectRequest, project: Project, campaign_id: int) -> HttpResponse:
    """The plan: which item stands where in which session."""
    return _csv(
        f"sessions-{campaign_id}", PLACES_HEAD, places_of(campaign_in(project, campaign_id))
    )


@require_safe
@page(Right.SEE_CAMPAIGNS)
def design_csv(request: ProjectRequest, project: Project, campaign_id: int) -> HttpResponse:
    """The figures of the plan."""
    rows = ((name, value) for name, value in _figures(campaign_in(project, campaign_id)))
    return _csv(f"design-{campaign_id}", FIGURES_HEAD, rows)


@require_POST
@page(Right.RUN_CAMPAIGNS)
def give(request: ProjectRequest, project: Project, campaign_id: int, number: int) -> HttpResponse:
    """What is left of a session to somebody, or to nobody yet."""
    found = campaign_in(project, campaign_id)
    person = _person(request.POST.get("person", ""))
    row = give_session(session=session_in(found, number), person=person, by=request.user)
    whose = f"is {person}'s now" if person else "waits for somebody"
    messages.success(request, f"Session {row.number} {whose}.")
    return redirect("annotation:sessions", slug=project.slug, campaign_id=found.pk)


@require_POST
@page(Right.RUN_CAMPAIGNS)
def deal(request: ProjectRequest, project: Project, campaign_id: int) -> HttpResponse:
    """Give the waiting sessions to those with fewest items left."""
    found = campaign_in(project, campaign_id)
    given = deal_sessions(campaign=found, by=request.user)
    words = f"{given} sessions are given out." if given else "No waiting session fits anybody."
    messages.success(request, words)
    return redirect("annotation:sessions", slug=project.slug, campaign_id=found.pk)


@require_POST
@page(Right.RUN_CAMPAIGNS)
def take_back(
    request: ProjectRequest, project: Project, campaign_id: int, assignment_id: int
) -> HttpResponse:
    """Return a lease by hand."""
    found = campaign_in(project, campaign_id)
    held = lease_in(found, assignment_id)
    return_lease(assignment=held, by=request.user)
    messages.success(request, f"Item {held.item_id} is free again.")
    return redirect("annotation:campaign", slug=project.slug, campaign_id=found.pk)


def _person(word: str) -> User | None:
    if not word:
        return None
    is_number = word.isascii() and word.isdigit() and len(word) < 19
    found = User.objects.filter(pk=int(word)).first() if is_number else None
    if found is None:
        raise InvalidInput("Choose somebody who may work in this campaign.", field="person")
    return found


def _figures(found: Campaign) -> list[tuple[str, Any]]:
    """The design's figures by words."""
    design, blocks = found.design, found.design.get("blocks") or {}
    if not design:
        return []
    named = [
        ("Items", design.get("items")), ("Seed", design.get("seed")),
        ("Version of the design", design.get("version")),
        ("Answers of an item, at least", design.get("least_votes")),
        ("Answers of an item, at most", design.get("most_votes")),
        ("Items of a session, at least", design.get("least_load")),
        ("Items of a session, at most", design.get("most_load")),
        ("Items that two sessions share, at least", design.get("least_shared")),
        ("Connectivity, 0 to 1", _rounded(design.get("connectivity"))),
        ("Times that two items of a photo stand in a row", design.get("in_a_row")),
        ("A block stands at a place, at least", blocks.get("least_at_a_place")),
        ("A block stands at a place, at most", blocks.get("most_at_a_place")),
        ("A block follows another, at least", blocks.get("least_following")),
        ("A block follows another, at most", blocks.get("most_following")),
    ]  # fmt: skip
    return [(name, value) for name, value in named if value is not None]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _csv(name: str, head: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> HttpResponse:
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows(rows)
    response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
