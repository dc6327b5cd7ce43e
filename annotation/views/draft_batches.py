"""Batches of drafts: a new one with its estimate, one with live progress, and steering it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from accounts.models import Project
from accounts.roles import Right, can
from accounts.views.page import ProjectRequest, page
from annotation.models import BatchState, DraftBatch, RequestState
from annotation.pipelines import pipeline_of
from annotation.selectors.composed import stability_of
from annotation.selectors.draft_batches import (
    batch_costs,
    batch_in,
    batch_progress,
    batches_in,
    job_of,
    reasons_of,
    request_in,
    requests_of,
    troubled,
    with_progress,
)
from annotation.selectors.draft_photos import estimate, photos_for, requests_for
from annotation.services.drafting import (
    cancel_batch,
    draft_again,
    draft_all_again,
    pause_batch,
    resume_batch,
    set_budget,
    start_batch,
)
from annotation.services.sources import check_pair
from annotation.services.suiting import check_drafter
from annotation.views.draft_forms import NewBatchForm
from annotation.views.draft_parts import draft_tabs
from annotation.views.parameter_fields import in_words
from core.errors import InvalidInput, ReframeError
from core.web.paging import newest_first

SHOWN = 30
MOVES: dict[str, tuple[Callable[..., DraftBatch], str]] = {
    "pause": (pause_batch, "Paused. What is with a model now still ends; nothing new starts."),
    "resume": (resume_batch, "It goes on."),
    "cancel": (cancel_batch, "Cancelled. The drafts that were made stay."),
}


class BudgetForm(forms.Form):
    """Another budget, or none."""

    budget_usd = forms.DecimalField(required=False, min_value=0.01, max_digits=9, decimal_places=2)


@require_safe
@page(Right.SEE_DRAFTS)
def batches(request: ProjectRequest, project: Project) -> HttpResponse:
    """All batches, newest first."""
    found = newest_first(batches_in(project), request, size=SHOWN)
    context = {
        "tabs": draft_tabs(project, "batches"),
        "page": found,
        "batches": with_progress(found.rows),
        "may_run": can(request.user, Right.RUN_DRAFTS, project),
    }
    return render(request, "annotation/drafts/batches.html", context)


@require_http_methods(["GET", "POST"])
@page(Right.RUN_DRAFTS)
def new_batch(request: ProjectRequest, project: Project) -> HttpResponse:
    """The form, and the start of the batch."""
    is_sent = request.method == "POST"
    form = NewBatchForm(project, request.POST if is_sent else None, initial=_asked_for(request))
    if is_sent and form.is_valid():
        try:
            made = _start(request, project, form)
        except ReframeError as error:
            form.add_problem(error)
        else:
            messages.success(request, "The batch has started. It goes on when you leave this page.")
            return redirect("annotation:batch", slug=project.slug, batch_id=made.pk)
    status = 400 if is_sent else 200
    return render(request, "annotation/drafts/new_batch.html", {"form": form}, status=status)


def _asked_for(request: ProjectRequest) -> dict[str, str]:
    """What a link to the form fills in."""
    return {
        name: request.GET[name] for name in NewBatchForm.base_fields if name in request.GET
    }  # fmt: skip


def _start(request: ProjectRequest, project: Project, form: NewBatchForm) -> DraftBatch:
    values = form.cleaned_data
    source = form.chosen("source", request.user)
    return start_batch(
        project=project, pipeline=values["pipeline"], source=source,
        verifier=form.chosen("verifier", request.user), parameters=form.parameters(),
        photos=photos_for(project, form.kind(), form.choice(), source).iterator(2000),
        max_attempts=values["max_attempts"], budget_usd=values["budget_usd"], by=request.user,
    )  # fmt: skip


@require_POST
@page(Right.RUN_DRAFTS)
def estimate_batch(request: ProjectRequest, project: Project) -> HttpResponse:
    """How many photos the form as it stands means, and what they would take."""
    form = NewBatchForm(project, request.POST)
    context: dict[str, Any] = {}
    if form.is_valid():
        try:
            context = _estimate(project, form)
        except InvalidInput as error:
            context = {"problem": str(error)}
    return render(request, "annotation/drafts/estimate.html", context)


def _estimate(project: Project, form: NewBatchForm) -> dict[str, Any]:
    source, verifier = form.known("source"), form.known("verifier")
    pipeline = pipeline_of(form.cleaned_data["pipeline"])
    chosen = photos_for(project, form.kind(), form.choice(), source)
    asked = requests_for(pipeline, chosen, form.parameters())
    context = {"photos": asked.photos, "asked": asked}
    if source is None:
        return context
    check_pair(source, verifier)
    check_drafter(pipeline, source)
    found = estimate(form.kind(), source, verifier, asked.count)
    return {**context, "source": source, "found": found}


@require_safe
@page(Right.SEE_DRAFTS)
def batch(request: ProjectRequest, project: Project, batch_id: int) -> HttpResponse:
    """How far it is; for htmx the status alone, which fetches itself until the batch has ended."""
    found = batch_in(project, batch_id)
    if request.headers.get("HX-Request"):
        if found.state == BatchState.DONE:
            return HttpResponseClientRefresh()  # once: failures and buttons are another now
        return render(request, "annotation/drafts/batch_status.html", _status(found))
    state = request.GET.get("state", "")
    if state and state not in RequestState.values:
        raise InvalidInput(f"A state is one of {', '.join(RequestState.values)}.", field="state")
    rows = requests_of(found)
    paged = newest_first(rows.filter(state=state) if state else rows, request, size=SHOWN)
    context = {
        **_status(found),
        "asked": in_words(found.parameters),
        "page": paged,
        "chosen": state,
        "states": _states(found, state),
        "reasons": reasons_of(found),
        "stability": stability_of(found),
        "may_run": can(request.user, Right.RUN_DRAFTS, project),
    }
    return render(request, "annotation/drafts/batch.html", context)


def _status(found: DraftBatch) -> dict[str, Any]:
    progress = batch_progress(found)
    counts, job = progress.counts, job_of(found)
    return {
        "batch": found,
        "progress": progress,
        "drafted": counts.get(RequestState.DRAFTED, 0),
        "rejected": counts.get(RequestState.REJECTED, 0),
        "failed": counts.get(RequestState.FAILED, 0),
        "running": counts.get(RequestState.RUNNING, 0),
        "costs": batch_costs(found),
        "job": job,
        # What a job said last stands no longer once its batch has ended or rests.
        "note": job.message if job is not None and found.state == BatchState.OPEN else "",
        "rate_words": "" if progress.rate is None else f"{progress.rate * 60:.0f} a minute",
    }


def _states(found: DraftBatch, chosen: str) -> list[dict[str, Any]]:
    counts = batch_progress(found).counts
    chips = [{"label": "All", "href": "?", "current": not chosen, "count": ""}]
    return chips + [
        {
            "label": state.label.capitalize(),
            "href": f"?state={state.value}",
            "current": state == chosen,
            "count": counts[state],
        }
        for state in RequestState
        if counts.get(state)
    ]


@require_POST
@page(Right.RUN_DRAFTS)
def move(request: ProjectRequest, project: Project, batch_id: int, to: str) -> HttpResponse:
    """Pause, resume or cancel."""
    change, words = MOVES[to]
    change(batch=batch_in(project, batch_id), by=request.user)
    messages.success(request, words)
    return redirect("annotation:batch", slug=project.slug, batch_id=batch_id)


@require_POST
@page(Right.RUN_DRAFTS)
def all_again(request: ProjectRequest, project: Project, batch_id: int) -> HttpResponse:
    """Draft everything again that was rejected or failed."""
    found = batch_in(project, batch_id)
    count = draft_all_again(requests=troubled(found), by=request.user)
    messages.success(request, f"{count:,} {'is' if count == 1 else 'are'} drafted again.")
    return redirect("annotation:batch", slug=project.slug, batch_id=batch_id)


@require_POST
@page(Right.RUN_DRAFTS)
def one_again(
    request: ProjectRequest, project: Project, batch_id: int, request_id: int
) -> HttpResponse:
    """Draft one photo of the batch again."""
    draft_again(request=request_in(batch_in(project, batch_id), request_id), by=request.user)
    messages.success(request, "It is drafted again.")
    return redirect("annotation:batch", slug=project.slug, batch_id=batch_id)


@require_POST
@page(Right.RUN_DRAFTS)
def budget(request: ProjectRequest, project: Project, batch_id: int) -> HttpResponse:
    """Raise or take away the budget."""
    form = BudgetForm(request.POST)
    if not form.is_valid():
        raise InvalidInput("A budget is a number of US dollars above 0.", field="budget_usd")
    value = form.cleaned_data["budget_usd"]
    set_budget(batch=batch_in(project, batch_id), budget_usd=value, by=request.user)
    messages.success(request, "The budget is changed.")
    return redirect("annotation:batch", slug=project.slug, batch_id=batch_id)
