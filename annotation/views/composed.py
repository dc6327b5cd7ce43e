"""The composition image of a draft, drawn when it is asked for."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.models import Project
from accounts.roles import Right
from accounts.views.page import ProjectRequest, page
from annotation.selectors.composed import composition_in
from annotation.selectors.drafts import draft_in
from catalog.drawing.composition import composition_png
from catalog.selectors.pixels import rendition_bytes

SIDE = 1024
# A draft never changes, but the way of drawing may with a new release.
KEPT_S = 86_400


@require_safe
@page(Right.SEE_DRAFTS)
def composition_image(request: ProjectRequest, project: Project, draft_id: int) -> HttpResponse:
    """The photo with the analysis drawn onto it, as the model gets it."""
    draft = draft_in(project, draft_id)
    elements = composition_in(draft).elements
    shapes = [(element.name, element.points) for element in elements]
    png = composition_png(rendition_bytes(draft.photo, SIDE), shapes)
    response = HttpResponse(png, content_type="image/png")
    response["Cache-Control"] = f"private, max-age={KEPT_S}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
