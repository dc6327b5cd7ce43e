"""The experts' pages: what waits for me, the workspace, my answers, pictures."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.views.page import PersonRequest, signed_in
from annotation.conduct import parse_conduct
from annotation.handles import handle_of
from annotation.item_types import item_type_of
from annotation.models import Campaign, CampaignState
from annotation.models import Response as AnswerRow
from annotation.selectors.entries import entry_of, page_answer_of
from annotation.selectors.guidelines import examples_of, guidelines_of, with_instructions
from annotation.selectors.outcomes import outcomes, settled_among, settled_answers
from annotation.selectors.pictures import picture_of
from annotation.selectors.progress import person_progress
from annotation.selectors.talks import my_discussions
from annotation.selectors.work import (
    assignment_of,
    campaign_to_work_on,
    campaigns_to_do,
    held_now,
    my_answers,
    response_of,
)
from annotation.services.submitting import why_unchangeable
from core.errors import Conflict, InvalidInput
from core.web.paging import newest_first

RECENT = 10
CLOSED = "This campaign is closed. Thank you for your answers."
HERE = "{assignment}"
ANY = 0  # no assignment has this id


@require_safe
@signed_in
def my_work(request: PersonRequest) -> HttpResponse:
    """My campaigns with what waits, today's count, my last answers, what is talked over."""
    todo = campaigns_to_do(request.user)
    context = {
        "todo": todo,
        "today": sum(each.today for each in todo),
        "answers": [_answer_row(row) for row in my_answers(request.user)[:RECENT]],
        "talks": my_discussions(request.user)[:RECENT],
    }
    return render(request, "annotation/my_work.html", context)


@require_safe
@signed_in
def workspace(request: PersonRequest, campaign_id: int) -> HttpResponse:
    """The page an item is worked on; its script takes items itself. ``?answer=7`` opens an own
    answer again, to change it."""
    campaign = campaign_to_work_on(request.user, campaign_id)
    item = _first(request, campaign)
    kind = item_type_of(campaign)
    shown = {
        "item": {**item, "progress": person_progress(request.user, campaign)},
        "item_type": kind.script,
        "user": str(request.user.pk),
        "project": campaign.project.name,
        "campaign": campaign.name,
        "guidelines": _guidelines(campaign, kind.instructions),
        "conduct": parse_conduct(campaign.conduct),
        "urls": _urls(campaign),
    }
    return render(request, "annotation/workspace.html", {"workspace": shown})


@require_safe
@signed_in
def answers(request: PersonRequest) -> HttpResponse:
    """All my answers, newest first."""
    only_settled = request.GET.get("show") == "settled"
    rows = settled_answers(request.user) if only_settled else my_answers(request.user)
    page = newest_first(rows.prefetch_related("campaign__project"), request)
    feed = {each.response.pk: each for each in outcomes(settled_among(request.user, page.rows))}
    context = {
        "page": page,
        "answers": [{**_answer_row(row), "outcome": feed.get(row.pk)} for row in page.rows],
        "filters": [
            {"label": "all", "url": "?", "current": not only_settled},
            {"label": "settled", "url": "?show=settled", "current": only_settled},
        ],
    }
    return render(request, "annotation/my_answers.html", context)


@require_safe
@signed_in
def image(request: PersonRequest, assignment_id: int, place: str) -> HttpResponse:
    """The picture at a place of an item that is mine; nobody else's browser may keep it."""
    picture = picture_of(assignment_of(request.user, assignment_id), place)
    response = HttpResponse(picture, content_type="image/jpeg")
    response["Cache-Control"] = "private, max-age=3600"
    return response


def image_address(assignment_id: int, place: str) -> str:
    """Where a page fetches a picture."""
    return reverse("annotation:image", args=[assignment_id, place])


def _first(request: PersonRequest, campaign: Campaign) -> dict[str, Any]:
    """What the page shows first. Looking at a page takes no item: only its script claims."""
    if "answer" in request.GET:
        return _reopened(request.user, campaign, request.GET["answer"])
    held = held_now(request.user, campaign)
    if held is not None:
        return entry_of(held, request.user, image_address)
    return {"empty": CLOSED} if campaign.state == CampaignState.CLOSED else {}


def _reopened(person: User, campaign: Campaign, number: str) -> dict[str, Any]:
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise InvalidInput("answer must be a whole number.", field="answer")
    row = response_of(person, int(number))
    problem = why_unchangeable(row, person, row.item)
    if row.assignment.campaign_id != campaign.pk:
        problem = "This answer belongs to another campaign."
    if problem:
        raise Conflict(problem)
    entry = entry_of(row.assignment, person, image_address)
    entry["assignment"]["urls"] = {"submit": reverse("api:work-change", args=[row.pk])}
    return {**entry, "answer": page_answer_of(row)}


def _guidelines(campaign: Campaign, instructions: str) -> dict[str, Any]:
    now = guidelines_of(campaign)
    return {
        "version": now.version,
        "text": with_instructions(instructions, now.text),
        "examples": [
            {
                "url": reverse("api:guidelines-example", args=[campaign.pk, each.pk]),
                "words": each.words,
                "is_good": each.is_good,
            }
            for each in examples_of(now)
        ],
    }


def _urls(campaign: Campaign) -> dict[str, str]:
    """Addresses of the page."""
    names = (
        "submit", "skip", "flag", "comment", "doubts", "working-copy", "heartbeat", "give-back",
    )  # fmt: skip
    return {
        **addresses_of_any(*names),
        "claim": reverse("api:work-claim", args=[campaign.pk]),
        "guidelines": reverse("api:work-guidelines", args=[campaign.pk]),
        "undo": reverse("api:work-undo", args=[campaign.pk]),
        "exit": reverse("annotation:my-work"),
    }


def addresses_of_any(*names: str) -> dict[str, str]:
    """Addresses about an assignment, with ``{assignment}`` where its handle goes."""
    found = {name: reverse(f"api:work-{name}", args=[ANY]) for name in names}
    return {
        name.replace("-", "_"): url.replace(handle_of(ANY), HERE) for name, url in found.items()
    }


def _answer_row(row: AnswerRow) -> dict[str, Any]:
    campaign = row.campaign
    kind = item_type_of(campaign)
    return {
        "row": row,
        "campaign": campaign,
        "words": kind.in_words(kind.stored(row.answer)),
        "picture": image_address(row.assignment_id, kind.thumb_place),
        "is_open": row.item.state in ("open", "answered") and row.round == row.item.round,
    }
