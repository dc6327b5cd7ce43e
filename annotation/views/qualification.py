"""Qualification of a campaign: its training items, where people stand, what a lead decides."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Project, User
from accounts.roles import Right
from accounts.views.page import ProjectRequest, page
from annotation.conduct import Conduct, parse_conduct
from annotation.item_types import item_type_of
from annotation.models import Campaign
from annotation.selectors.campaigns import campaign_in
from annotation.selectors.guidelines import guidelines_of, with_instructions
from annotation.selectors.standing import standings_in, training_items_of
from annotation.services.deciding import ACTS, Act, decide_training
from annotation.services.training import add_golden, add_own, change_training_item
from annotation.views.campaigns import frame
from annotation.views.work import addresses_of_any
from core.errors import InvalidInput

DONE: dict[str, str] = {
    "pass": "{} may work now.",
    "again": "{} has another try.",
    "reset": "{} begins the training anew.",
}


class AddTrainingForm(forms.Form):
    """Golden records, and photos that the lead answers."""

    golden = forms.IntegerField(required=False, min_value=0, max_value=200)
    photo_ids = forms.CharField(required=False, max_length=2_000)

    def clean_photo_ids(self) -> list[int]:
        """Numbers with commas or spaces between them."""
        words = self.cleaned_data["photo_ids"].replace(",", " ").split()
        wrong = [word for word in words if not (word.isascii() and word.isdigit())]
        if wrong:
            raise forms.ValidationError(f"{wrong[0]!r} is not the number of a photo.")
        return [int(word) for word in words]


@require_safe
@page(Right.SEE_QUALITY)
def qualification(request: ProjectRequest, project: Project, campaign_id: int) -> HttpResponse:
    """Training items, people, and what the campaign asks for."""
    found = campaign_in(project, campaign_id)
    framed = frame(request, project, found, "qualification")
    conduct = parse_conduct(found.conduct)
    items = list(training_items_of(found)) if framed["may_run"] else []
    kind = item_type_of(found)
    context = {
        **framed,
        "conduct": conduct,
        "marks": [f"{mark:.0%}" for mark in conduct.pass_marks],
        "limits": limits_in_words(conduct),
        "items": [
            (row, "" if row.answer is None else kind.in_words(kind.stored(row.answer)))
            for row in items
        ],
        "ready": sum(row.answer is not None and not row.is_retired for row in items),
        "waiting": sum(row.answer is None and row.by_id == request.user.pk for row in items),
        "people": standings_in(found),
    }
    return render(request, "annotation/qualification.html", context)


def limits_in_words(conduct: Conduct) -> list[tuple[str, str]]:
    """What the campaign asks of everybody's time, for its page."""
    told = [
        ("Break after", conduct.session_min and f"{conduct.session_min} min, for {conduct.break_min} min"),
        ("A day", conduct.daily_items and f"{conduct.daily_items:,} items"),
        ("A day", conduct.daily_min and f"{conduct.daily_min} min"),
        ("Time to look", conduct.least_view_ms and f"{conduct.least_view_ms / 1000:g} s at least"),
        ("First answers not counted", conduct.dummy_answers and str(conduct.dummy_answers)),
    ]  # fmt: skip
    return [(name, words) for name, words in told if words]


@require_POST
@page(Right.RUN_CAMPAIGNS)
def add_training(request: ProjectRequest, project: Project, campaign_id: int) -> HttpResponse:
    """Add golden records, or photos to answer oneself."""
    found = campaign_in(project, campaign_id)
    form = AddTrainingForm(request.POST)
    if not form.is_valid():
        raise InvalidInput(str(next(iter(form.errors.values()))[0]), field=next(iter(form.errors)))
    added = 0
    if form.cleaned_data["golden"]:
        limit = form.cleaned_data["golden"]
        added += add_golden(campaign=found, by=request.user, limit=limit)
    if form.cleaned_data["photo_ids"]:
        ids = form.cleaned_data["photo_ids"]
        added += add_own(campaign=found, photo_ids=ids, by=request.user)
    words = f"{added} training items added." if added else "There is nothing new to add."
    messages.success(request, words)
    return _back(project, found)


@require_POST
@page(Right.RUN_CAMPAIGNS)
def change_training(
    request: ProjectRequest, project: Project, campaign_id: int, training_item_id: int
) -> HttpResponse:
    """Change the words of a training item, retire it or take it back into use."""
    found = campaign_in(project, campaign_id)
    retired = request.POST.get("is_retired")
    change_training_item(
        campaign=found, training_item_id=training_item_id, by=request.user,
        words=request.POST.get("words"),
        is_retired=None if retired is None else retired == "1",
    )  # fmt: skip
    messages.success(request, "Kept.")
    return _back(project, found)


@require_safe
@page(Right.RUN_CAMPAIGNS)
def answer_training(request: ProjectRequest, project: Project, campaign_id: int) -> HttpResponse:
    """The work page, with the training items that this lead still answers."""
    found = campaign_in(project, campaign_id)
    kind = item_type_of(found)
    now = guidelines_of(found)
    shown = {
        "item": {},
        "item_type": kind.script,
        "user": f"{request.user.pk}:training",
        "project": project.name,
        "campaign": f"{found.name}: your references",
        "guidelines": {
            "version": now.version, "text": with_instructions(kind.instructions, now.text),
        },
        "urls": {
            **addresses_of_any("submit", "working-copy", "heartbeat"),
            "claim": reverse("api:campaign-training-claim", args=[project.slug, found.pk]),
            "exit": reverse("annotation:qualification", args=[project.slug, found.pk]),
        },
    }  # fmt: skip
    return render(request, "annotation/workspace.html", {"workspace": shown})


@require_POST
@page(Right.RUN_CAMPAIGNS)
def decide(
    request: ProjectRequest, project: Project, campaign_id: int, person_id: int
) -> HttpResponse:
    """Pass, another try or anew, with a reason."""
    found = campaign_in(project, campaign_id)
    act: Any = request.POST.get("act", "")
    if act not in ACTS:
        raise InvalidInput(f"act must be one of {', '.join(ACTS)}.", field="act")
    person = User.objects.filter(pk=person_id, memberships__project=project).first()
    if person is None:
        raise InvalidInput("There is no such person in this project.", field="person")
    decide_training(
        campaign=found, person=person, act=cast("Act", act),
        reason=request.POST.get("reason", ""), by=request.user,
    )  # fmt: skip
    messages.success(request, DONE[act].format(person))
    return _back(project, found)


def _back(project: Project, found: Campaign) -> HttpResponse:
    return redirect("annotation:qualification", slug=project.slug, campaign_id=found.pk)
