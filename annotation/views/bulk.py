"""Doing one thing with all items of a list: what it would change, the act, its undoing; kept views."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Project
from accounts.roles import Right
from accounts.views.page import ProjectRequest, page
from annotation.models import BulkKind, Campaign
from annotation.selectors.bulk import act_in, reach_of
from annotation.selectors.campaigns import campaign_in
from annotation.selectors.item_filter import NAMES, ItemFilter, parse_filter
from annotation.services.bulk import start_bulk_act, undo_bulk_act
from annotation.services.saved_views import drop_view, save_view
from annotation.views.campaigns import frame
from core.errors import InvalidInput
from core.web.queries import refuse_unknown

SAMPLE = 12


@require_http_methods(["GET", "HEAD", "POST"])
@page(Right.RUN_CAMPAIGNS)
def bulk(request: ProjectRequest, project: Project, campaign_id: int) -> HttpResponse:
    """The preview; with POST the act on what the same address chooses."""
    refuse_unknown(request.GET, NAMES)
    found = campaign_in(project, campaign_id)
    chosen = parse_filter(request.GET)
    if request.method == "POST":
        start_bulk_act(
            campaign=found, kind=request.POST.get("kind", ""), chosen=chosen, by=request.user,
            value=_value(request.POST.get("value", "")),
        )  # fmt: skip
        messages.success(request, "It is being done. You may leave this page.")
        return _to_list(found, chosen)
    context = {
        **frame(request, project, found, "items"), "words": chosen.words(),
        "reach": reach_of(found, chosen), "sample": chosen.rows(found)[:SAMPLE],
        "back": urlencode(chosen.as_query()), "kinds": BulkKind,
    }  # fmt: skip
    return render(request, "annotation/bulk.html", context)


@require_POST
@page(Right.RUN_CAMPAIGNS)
def undo(request: ProjectRequest, project: Project, campaign_id: int, act_id: int) -> HttpResponse:
    """Put back what an act changed."""
    found = campaign_in(project, campaign_id)
    act = act_in(found, act_id)
    undo_bulk_act(act=act, by=request.user)
    messages.success(request, "It is being undone.")
    return _to_list(found, parse_filter(act.query))


@require_POST
@page(Right.SEE_CAMPAIGNS)
def keep_view(request: ProjectRequest, project: Project, campaign_id: int) -> HttpResponse:
    """Keep the filters and the order of the list under a name."""
    found = campaign_in(project, campaign_id)
    view = save_view(
        project=project, person=request.user, name=request.POST.get("name", ""),
        query=request.GET.dict(), is_shared="is_shared" in request.POST,
    )  # fmt: skip
    messages.success(request, f"The view {view.name} is kept.")
    address = reverse("annotation:items", args=[project.slug, found.pk])
    return HttpResponseRedirect(f"{address}?{urlencode(view.query)}")


@require_POST
@page(Right.SEE_CAMPAIGNS)
def forget_view(
    request: ProjectRequest, project: Project, campaign_id: int, view_id: int
) -> HttpResponse:
    """Drop one's own."""
    found = campaign_in(project, campaign_id)
    drop_view(project=project, person=request.user, view_id=view_id)
    messages.success(request, "The view is dropped.")
    return redirect("annotation:items", slug=project.slug, campaign_id=found.pk)


def _to_list(found: Campaign, chosen: ItemFilter) -> HttpResponseRedirect:
    address = reverse("annotation:items", args=[found.project.slug, found.pk])
    query = urlencode(chosen.as_query())
    return HttpResponseRedirect(f"{address}?{query}" if query else address)


def _value(word: str) -> int | None:
    if not word:
        return None
    digits = word.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise InvalidInput("A priority is a whole number.", field="value")
    return int(word)
