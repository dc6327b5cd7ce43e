"""The trail of a photo, as a page and as a fragment for the photo's own page."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Project
from accounts.roles import Right
from accounts.views.page import ProjectRequest, page
from catalog.selectors.photos import photo_in
from training.selectors.lineage import stages_of_photo


@require_safe
@page(Right.SEE_RUNS)
def lineage(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """Everything that came of one photo, in the order of the main job."""
    photo = photo_in(project, pk)
    return render(
        request, "training/lineage.html", {"photo": photo, "stages": stages_of_photo(photo)}
    )


@require_safe
@page(Right.SEE_RUNS)
def trail(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """The same in short."""
    photo = photo_in(project, pk)
    context = {"photo": photo, "stages": stages_of_photo(photo), "project": project}
    return render(request, "training/trail.html", context)
