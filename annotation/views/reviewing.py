"""The sampling review of a campaign: whose answers a lead looks at, how many, and which items wait."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Project
from accounts.roles import Right
from accounts.views.page import ProjectRequest, page
from annotation.selectors.campaigns import campaign_in
from annotation.selectors.sampling_review import picked_items, review_percent, reviewed_people
from annotation.views.campaigns import frame

SHOWN = 100


@require_safe
@page(Right.ADJUDICATE)
def review(request: ProjectRequest, project: Project, campaign_id: int) -> HttpResponse:
    """People with their parts; the items that wait, each a link to where it is settled."""
    found = campaign_in(project, campaign_id)
    people = reviewed_people(found)
    waiting = picked_items(found, people)
    context = {
        **frame(request, project, found, "review"), "people": people, "waiting": waiting[:SHOWN],
        "count": waiting.count(), "percent": review_percent(found),
    }  # fmt: skip
    return render(request, "annotation/review.html", context)
