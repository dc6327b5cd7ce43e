"""Drafts about questions: what their page shows, the global view of a gap, growing found regions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Project
from accounts.roles import Right
from accounts.views.page import ProjectRequest, page
from annotation.contents import GapContent, RegionContent
from annotation.models import Draft
from annotation.selectors.draft_batches import batch_in
from annotation.selectors.drafts import draft_in
from annotation.selectors.question_drafts import best_crops, heat_cells, level_rows, view_of
from annotation.services.growing_regions import grow_regions
from core.errors import ReframeError


def about_question(draft: Draft, content: object) -> dict[str, Any]:
    """What the page of a draft shows of a region or a gap; empty for other drafts."""
    if isinstance(content, RegionContent):
        size = (draft.photo.width, draft.photo.height)
        return {
            "region": content, "boxes": region_frames(content), "best_crops": best_crops(content),
            "heat": heat_cells(content, size),
        }  # fmt: skip
    if isinstance(content, GapContent):
        return {"gap": content, "levels": level_rows(content)}
    return {}


def region_frames(content: RegionContent) -> list[dict[str, Any]]:
    """The region, and dotted the box that was found first where it is another one. Regions are too
    small to bear labels."""
    boxes = [{"box": content.box, "label": "", "kind": "model"}]
    if content.found is not None and content.found != content.box:
        boxes.append({"box": content.found, "label": "", "kind": "draft"})
    return boxes


def region_words(content: RegionContent | GapContent) -> str:
    """A draft about a question in a few words, for lists."""
    if isinstance(content, GapContent):
        return f"{content.side} px" if content.side else content.reason
    grown = f", grown {content.factor:g} times" if content.factor and content.factor > 1 else ""
    return f"{content.as_box().area:.1%} of the photo{grown}"


@require_safe
@page(Right.SEE_DRAFTS)
def global_view_image(request: ProjectRequest, project: Project, draft_id: int) -> HttpResponse:
    """The photo at the size that the draft chose; the same bytes as the model saw."""
    response = HttpResponse(view_of(draft_in(project, draft_id)), content_type="image/jpeg")
    response["Cache-Control"] = "private, max-age=86400"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


@require_POST
@page(Right.RUN_DRAFTS)
def grow(request: ProjectRequest, project: Project, batch_id: int) -> HttpResponse:
    """Grow a batch's found regions by the percentiles of their own areas."""
    found = batch_in(project, batch_id)
    try:
        made = grow_regions(batch=found, by=request.user)
    except ReframeError as error:
        messages.error(request, str(error))
    else:
        cuts = ", ".join(f"{cut:.2%}" for cut in made.growth.cuts)
        messages.success(request, f"{len(made.drafts):,} regions, grown by the cut-offs {cuts}.")
    return redirect("annotation:batch", slug=project.slug, batch_id=batch_id)
