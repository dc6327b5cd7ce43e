"""The list of a campaign's items: filters and an order in the address, a hundred at a time."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Project, User
from accounts.roles import Right, can
from accounts.views.jobs import job_context
from accounts.views.page import ProjectRequest, page
from annotation.item_types import item_type_of
from annotation.models import Assignment, AssignmentState, Campaign, Item, ItemState
from annotation.selectors.bulk import recent_acts
from annotation.selectors.campaigns import campaign_in
from annotation.selectors.item_filter import NAMES, ORDERS, ItemFilter, parse_filter, parse_order
from annotation.selectors.saved_views import views_for
from annotation.views.campaigns import frame
from core.errors import InvalidInput
from core.web.paging import Page, newest_first
from core.web.queries import refuse_unknown

SIZE = 100
KNOWN = (*NAMES, "order", "before", "after", "past")


@require_safe
@page(Right.SEE_CAMPAIGNS)
def items(request: ProjectRequest, project: Project, campaign_id: int) -> HttpResponse:
    """The campaign's items, narrowed and ordered as the address says."""
    refuse_unknown(request.GET, KNOWN)
    found = campaign_in(project, campaign_id)
    chosen, order = parse_filter(request.GET), parse_order(request.GET)
    if chosen.person is not None and not can(request.user, Right.SEE_QUALITY, project):
        raise InvalidInput("Who answered what is for those who see quality.", field="person")
    paged = (
        _by_priority(chosen.rows(found), request)
        if order
        else newest_first(chosen.newest(found), request, size=SIZE)
    )
    context = {
        **frame(request, project, found, "items"), "page": paged,
        "states": ItemState.choices, "orders": ORDERS.items(), "given": request.GET,
        "experts": _people(found) if can(request.user, Right.SEE_QUALITY, project) else [],
        "stops": item_type_of(found).stop_rule(found.overlap) is not None,
        "is_narrowed": bool(chosen.as_query() or order),
        **_views(request, project, chosen, order), **_acts(request, project, found),
    }  # fmt: skip
    return render(request, "annotation/items.html", context)


def _views(
    request: ProjectRequest, project: Project, chosen: ItemFilter, order: str
) -> dict[str, Any]:
    """The kept views as chips, and the address of this one."""
    here = {**chosen.as_query(), **({"order": order} if order else {})}
    kept = list(views_for(request.user, project))
    return {
        "views": [
            {"row": row, "url": f"?{urlencode(row.query)}", "current": row.query == here,
             "is_mine": row.person_id == request.user.pk}
            for row in kept
        ],
        "here": urlencode(here), "chosen": urlencode(chosen.as_query()),
    }  # fmt: skip


def _acts(request: ProjectRequest, project: Project, found: Campaign) -> dict[str, Any]:
    """What was done with lists lately, for those who may do it."""
    if not can(request.user, Right.RUN_CAMPAIGNS, project):
        return {"acts": []}
    told = recent_acts(found)
    acts = [
        {"told": each, "job": each.job and job_context(request, project, each.job)} for each in told
    ]
    is_busy = any(each.job is not None and not each.job.has_ended for each in told)
    return {"acts": acts, "is_busy": is_busy}


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
    # Photos apart: joined, those of all items that fit are looked up where a sort comes first.
    ordered = rows.select_related(None).prefetch_related("photo").order_by("-priority", "-pk")
    found = list(ordered[: SIZE + 1])
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
