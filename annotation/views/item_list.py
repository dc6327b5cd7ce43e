"""The list of a campaign's items: filters and an order in the address, a hundred at a time."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Project, User
from accounts.roles import Right, can
from accounts.views.page import ProjectRequest, page
from annotation.item_types import item_type_of
from annotation.models import (
    Assignment,
    AssignmentState,
    Campaign,
    Flag,
    FlagState,
    Item,
    ItemState,
)
from annotation.selectors.campaigns import campaign_in, items_with_answers
from annotation.views.campaigns import frame
from core.errors import InvalidInput
from core.web.paging import Page, newest_first
from core.web.queries import refuse_unknown

SIZE = 100
KNOWN = ("state", "flag", "person", "least", "most", "order", "before", "after", "past")
ORDERS = {"": "newest first", "priority": "by priority"}


@require_safe
@page(Right.SEE_CAMPAIGNS)
def items(request: ProjectRequest, project: Project, campaign_id: int) -> HttpResponse:
    """The campaign's items, narrowed and ordered as the address says."""
    refuse_unknown(request.GET, KNOWN)
    found = campaign_in(project, campaign_id)
    rows = _narrowed(request, project, items_with_answers(found))
    by_priority = _one_of(request, "order", list(ORDERS)) == "priority"
    paged = _by_priority(rows, request) if by_priority else newest_first(rows, request, size=SIZE)
    context = {
        **frame(request, project, found, "items"), "page": paged,
        "states": ItemState.choices, "orders": ORDERS.items(), "given": request.GET,
        "experts": _people(found) if can(request.user, Right.SEE_QUALITY, project) else [],
        "stops": item_type_of(found).stop_rule(found.overlap) is not None,
        "is_narrowed": any(request.GET.get(name) for name in KNOWN),
    }  # fmt: skip
    return render(request, "annotation/items.html", context)


def _narrowed(request: ProjectRequest, project: Project, rows: Any) -> QuerySet[Item]:
    state = _one_of(request, "state", [value for value, _ in ItemState.choices])
    if state:
        rows = rows.filter(state=state)
    if _one_of(request, "flag", ["open"]):
        flags = Flag.objects.filter(item=OuterRef("pk"), state=FlagState.OPEN)
        rows = rows.filter(Exists(flags))
    person = _whole(request, "person")
    if person is not None:
        if not can(request.user, Right.SEE_QUALITY, project):
            raise InvalidInput("Who answered what is for those who see quality.", field="person")
        mine = Assignment.objects.filter(
            item=OuterRef("pk"), person=person, state=AssignmentState.SUBMITTED
        )
        rows = rows.filter(Exists(mine))
    least, most = _whole(request, "least"), _whole(request, "most")
    if least is not None:
        rows = rows.filter(answers__gte=least)
    wanted: QuerySet[Item] = rows if most is None else rows.filter(answers__lte=most)
    return wanted


def _by_priority(rows: QuerySet[Item], request: ProjectRequest) -> Page[Item]:
    """By falling priority, then newest first; ``?past=3.17`` goes on after item 17 of priority 3."""
    place = request.GET.get("past", "")
    if place:
        priority, _, pk = place.partition(".")
        if not (priority.lstrip("-").isdigit() and pk.isdigit() and len(place) < 40):
            raise InvalidInput("past is a priority and an item, as 3.17.", field="past")
        rows = rows.filter(
            Q(priority__lt=int(priority)) | Q(priority=int(priority), pk__lt=int(pk))
        )
    found = list(rows.order_by("-priority", "-pk")[: SIZE + 1])
    query = request.GET.copy()
    query.pop("past", None)
    first = f"?{query.urlencode()}" if place else ""
    if len(found) > SIZE:
        last = found[SIZE - 1]
        query["past"] = f"{last.priority}.{last.pk}"
        return Page(found[:SIZE], f"?{query.urlencode()}", first)
    return Page(found, "", first)


def _people(campaign: Campaign) -> QuerySet[User]:
    """Who answered something here."""
    given = Assignment.objects.filter(
        campaign=campaign, person=OuterRef("pk"), state=AssignmentState.SUBMITTED
    )
    return User.objects.filter(Exists(given)).order_by("name", "pk")


def _one_of(request: ProjectRequest, name: str, choices: list[str]) -> str:
    value = request.GET.get(name, "")
    if value and value not in choices:
        raise InvalidInput(f"{name} must be one of {', '.join(filter(None, choices))}.", field=name)
    return value


def _whole(request: ProjectRequest, name: str) -> int | None:
    word = request.GET.get(name, "")
    if not word:
        return None
    if not (word.isascii() and word.isdigit() and len(word) < 19):
        raise InvalidInput(f"{name} must be a whole number.", field=name)
    return int(word)
