"""One item for its lead: answers side by side, the flag, the talk, a second round, the record."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Project
from accounts.roles import Right, can
from accounts.views.page import ProjectRequest, page
from annotation.contents import RationaleContent, parsed
from annotation.item_types import item_type_of
from annotation.models import Item
from annotation.selectors.answers import SeenAnswer, answers_of, boxes_of, grade_rows, why_hidden
from annotation.selectors.beside import comments_on, trails_of
from annotation.selectors.campaigns import item_in
from annotation.selectors.items import shown_item
from annotation.selectors.talks import golden_record
from annotation.services.discussing import add_message, open_second_round
from annotation.views.talking import anchor_of, reply_to_of, threads_of, why_closed


@require_safe
@page(Right.SEE_QUALITY)
def item(request: ProjectRequest, project: Project, item_id: int) -> HttpResponse:
    """The item with its answers by letter, once the round is complete."""
    found = item_in(project, item_id)
    hidden = why_hidden(found, request.user)
    context = {
        "item": found,
        "kind": item_type_of(found.campaign),
        "hidden": hidden,
        "trail": _trail(project, found),
        "may_settle": can(request.user, Right.ADJUDICATE, project),
        **({} if hidden else _opened(request, found)),
    }
    return render(request, "annotation/item.html", context)


@require_POST
@page(Right.ADJUDICATE)
def second_round(request: ProjectRequest, project: Project, item_id: int) -> HttpResponse:
    """Ask the same people again, blind."""
    asked = {
        "question": request.POST.get("question", ""),
        "reason_code": request.POST.get("reason_code", "other"),
    }
    found = open_second_round(item=item_in(project, item_id), by=request.user, **asked)
    messages.success(request, "The second round is open: the same people answer again, blind.")
    return redirect("annotation:item", slug=project.slug, item_id=found.pk)


@require_POST
@page(Right.ADJUDICATE)
def say(request: ProjectRequest, project: Project, item_id: int) -> HttpResponse:
    """Write into the discussion as the lead."""
    found = item_in(project, item_id)
    add_message(
        item=found, author=request.user, text=request.POST.get("text", ""),
        anchor=anchor_of(request.POST), reply_to=reply_to_of(request.POST),
    )  # fmt: skip
    return redirect("annotation:item", slug=project.slug, item_id=found.pk)


def _opened(request: ProjectRequest, found: Item) -> dict[str, Any]:
    kind = item_type_of(found.campaign)
    seen = answers_of(found, request.user)
    latest = [each for each in seen if each.round == max(each.round for each in seen)]
    shows_names = "names" in request.GET
    return {
        "answers": seen,
        "latest": latest,
        "shows_names": shows_names,
        "grades": grade_rows(found, seen, latest[0].round if latest else 1),
        "boxes": boxes_of(kind, latest) or _box_of(found),
        "crops": list(shown_item(found, kind).crops) if kind.uses_crops else [],
        "texts": _texts(found, latest, kind.texts),
        "flags": found.flags.select_related("by").order_by("pk"),
        **threads_of(found, request.user, found.campaign.project),
        "closed": why_closed(found),
        "golden": golden_record(found),
        "trails": trails_of(found),
        "comments": comments_on(found),
    }


def _box_of(found: Item) -> list[dict[str, Any]]:
    """The crop that a rationale speaks of."""
    content = parsed(found.draft) if found.draft else None
    if not isinstance(content, RationaleContent):
        return []
    return [{"box": content.box, "label": "", "kind": "best"}]


def _texts(found: Item, latest: list[SeenAnswer], names: tuple[str, ...]) -> list[dict[str, Any]]:
    """Each text of the draft with every expert's revision of it."""
    draft: dict[str, Any] = found.draft.content if found.draft else {}
    return [
        {
            "title": name,
            "draft": draft.get(name, ""),
            "revisions": [(each.letter, getattr(each.answer, name)) for each in latest],
            "is_untouched": all(
                getattr(each.answer, name) == draft.get(name, "") for each in latest
            ),
        }
        for name in names
        if draft.get(name) or any(getattr(each.answer, name) for each in latest)
    ]


def _trail(project: Project, found: Item) -> list[dict[str, Any]]:
    photo = reverse("catalog:photo", args=[project.slug, found.photo_id])
    campaign = reverse("annotation:campaign", args=[project.slug, found.campaign_id])
    return [
        {"label": str(found.photo), "kind": "photo", "url": photo},
        {"label": found.campaign.name, "kind": "campaign", "url": campaign},
        {"label": f"item {found.pk}", "kind": "item", "current": True},
    ]
