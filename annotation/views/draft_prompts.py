"""Prompts: what each step is asked by, another wording, how it looks on a photo, using it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Project
from accounts.roles import Right, can
from accounts.selectors.jobs import job_in
from accounts.views.page import ProjectRequest, page
from annotation.models import Prompt
from annotation.selectors.draft_sources import active_sources, source_in
from annotation.selectors.prompt_subjects import Shown, shown_by_key, shown_on
from annotation.selectors.prompts import (
    before,
    built_in,
    checked_step,
    made_by,
    name_of,
    pipelines_with_steps,
    prompts_in,
    wording_in,
)
from annotation.services.prompts import (
    MAX_NOTE,
    add_wording,
    preview_wording,
    subject_of,
    use_built_in,
    use_wording,
)
from annotation.services.sources import try_source
from annotation.views.draft_parts import draft_tabs
from core.errors import InvalidInput, NotFound, ReframeError
from core.models import Job
from core.web.forms import add_problem
from inference.prompts.wordings import MAX_CHARS, placeholders

SHOWN = 100


@dataclass(frozen=True)
class WordingRow:
    """An own wording as the list shows it; ``made`` counts drafts and verdicts."""

    prompt: Prompt
    made: int


class WordingForm(forms.Form):
    """A whole template and a word on why."""

    text = forms.CharField(
        max_length=MAX_CHARS, strip=False, label="Wording",
        widget=forms.Textarea(attrs={"rows": 22, "spellcheck": "false", "class": "mono"}),
        help_text="The system text, a line =====, then what the model is asked.",
    )  # fmt: skip
    note = forms.CharField(
        max_length=MAX_NOTE, required=False, label="Note", help_text="What is different, and why."
    )


@require_safe
@page(Right.SEE_DRAFTS)
def prompts(request: ProjectRequest, project: Project) -> HttpResponse:
    """The steps of each pipeline with the wording that is used."""
    context = {
        "tabs": draft_tabs(project, "prompts"),
        "pipelines": pipelines_with_steps(project),
    }
    return render(request, "annotation/drafts/prompts.html", context)


@require_safe
@page(Right.SEE_DRAFTS)
def step(request: ProjectRequest, project: Project, step: str) -> HttpResponse:
    """One step: its own wordings, newest first, and the built-in one."""
    made = made_by(project, checked_step(step))
    rows = list(prompts_in(project).filter(step=step)[:SHOWN])
    ours = built_in(step)
    context = {
        "step": step,
        "rows": [WordingRow(row, made.get(name_of(row), 0)) for row in rows],
        "active": next((row for row in rows if row.is_active), None),
        "ours": ours,
        "made_by_ours": made.get(ours.name, 0),
        "values": _values(step),
        "may_run": can(request.user, Right.RUN_DRAFTS, project),
    }
    return render(request, "annotation/drafts/prompt_step.html", context)


def _values(step: str) -> list[str]:
    """The placeholders of a step as they are written."""
    found = placeholders(built_in(step).text)
    return [f"{{{{ {name}{' | fenced' if fenced else ''} }}}}" for name, fenced in found.items()]


@require_http_methods(["GET", "POST"])
@page(Right.RUN_DRAFTS)
def new_wording(request: ProjectRequest, project: Project, step: str) -> HttpResponse:
    """Write another wording, starting from one that is there."""
    checked_step(step)
    is_sent = request.method == "POST"
    form = WordingForm(
        request.POST if is_sent else None, initial=_start_from(request, project, step)
    )
    if is_sent and form.is_valid():
        try:
            made = add_wording(project=project, step=step, by=request.user, **form.cleaned_data)
        except ReframeError as error:
            add_problem(form, error)
        else:
            messages.success(
                request, f"{name_of(made)} is kept. Look at it on a photo, then use it."
            )
            return redirect("annotation:prompt", project.slug, step, made.number)
    context = {"form": form, "step": step, "values": _values(step)}
    status = 400 if form.errors else 200
    return render(request, "annotation/drafts/new_wording.html", context, status=status)


def _start_from(request: ProjectRequest, project: Project, step: str) -> dict[str, str]:
    word = request.GET.get("from", "")
    if word.isascii() and word.isdigit() and len(word) < 9:
        return {"text": wording_in(project, step, int(word)).text}
    return {"text": built_in(step).text}


@require_safe
@page(Right.SEE_DRAFTS)
def prompt(request: ProjectRequest, project: Project, step: str, number: int) -> HttpResponse:
    """One wording: its text, what is different, how it looks on a photo."""
    return _page(request, project, wording_in(project, checked_step(step), number))


def _page(
    request: ProjectRequest, project: Project, found: Prompt, job: Job | None = None
) -> HttpResponse:
    may_run = can(request.user, Right.RUN_DRAFTS, project)
    context = {
        "prompt": found,
        "name": name_of(found),
        "earlier": before(found),
        "subject": subject_of(found.step),
        "choices": shown_on(project, subject_of(found.step)) if may_run else [],
        "sources": list(active_sources(project)) if may_run else [],
        "may_run": may_run,
        **_preview(project, found, job),
    }
    return render(request, "annotation/drafts/prompt.html", context)


def _preview(project: Project, found: Prompt, job: Job | None) -> dict[str, Any]:
    said: dict[str, Any] = (job.result or {}) if job is not None else {}
    pictures = range(len(said.get("sizes", [])))
    return {"prompt": found, "job": job, "said": said, "pictures": pictures}


@require_POST
@page(Right.RUN_DRAFTS)
def start_preview(
    request: ProjectRequest, project: Project, step: str, number: int
) -> HttpResponse:
    """Render the wording for something real."""
    found = wording_in(project, checked_step(step), number)
    about = _about(request, project)
    job = preview_wording(
        prompt=found, photo=about.photo, crop=about.crop, question=about.question, by=request.user
    )
    if not request.headers.get("HX-Request"):
        return redirect("annotation:prompt-preview", project.slug, step, number, job.pk)
    return _preview_state(request, project, found, job)


def _about(request: ProjectRequest, project: Project) -> Shown:
    return shown_by_key(project, request.POST.get("about", ""))


@require_safe
@page(Right.RUN_DRAFTS)
def preview(
    request: ProjectRequest, project: Project, step: str, number: int, job_id: UUID
) -> HttpResponse:
    """How the wording looks; for htmx the part alone, which fetches itself until it is there."""
    found, job = _job(project, step, number, job_id)
    if request.headers.get("HX-Request"):
        return _preview_state(request, project, found, job)
    return _page(request, project, found, job)


def _preview_state(
    request: ProjectRequest, project: Project, found: Prompt, job: Job
) -> HttpResponse:
    found.refresh_from_db()
    context = {**_preview(project, found, job), "may_run": True}
    return render(request, "annotation/drafts/prompt_preview.html", context)


def _job(project: Project, step: str, number: int, job_id: UUID) -> tuple[Prompt, Job]:
    found, job = wording_in(project, checked_step(step), number), job_in(project, job_id)
    if job.subject != f"prompt/{found.pk}":
        raise NotFound("There is no such preview of this wording.")
    return found, job


@require_safe
@page(Right.RUN_DRAFTS)
def preview_picture(
    request: ProjectRequest, project: Project, step: str, number: int, job_id: UUID, place: int
) -> HttpResponse:
    """A picture as the model would get it."""
    _, job = _job(project, step, number, job_id)
    content = cache.get(f"preview/{job.pk}/{place}")
    if not isinstance(content, bytes):
        raise Http404("This picture is not kept any more. Show the wording again.")
    is_png = content.startswith(b"\x89PNG")
    return HttpResponse(content, content_type="image/png" if is_png else "image/jpeg")


@require_POST
@page(Right.RUN_DRAFTS)
def use(request: ProjectRequest, project: Project, step: str, number: int) -> HttpResponse:
    """Ask by this wording from now on."""
    found = use_wording(prompt=wording_in(project, checked_step(step), number), by=request.user)
    messages.success(request, f"{name_of(found)} is used from the next batch on.")
    return redirect("annotation:prompt-step", project.slug, step)


@require_POST
@page(Right.RUN_DRAFTS)
def use_ours(request: ProjectRequest, project: Project, step: str) -> HttpResponse:
    """Go back to the built-in wording."""
    use_built_in(project=project, step=step, by=request.user)
    messages.success(request, f"{built_in(step).name} is used from the next batch on.")
    return redirect("annotation:prompt-step", project.slug, step)


@require_POST
@page(Right.RUN_DRAFTS)
def start_trial(request: ProjectRequest, project: Project, step: str, number: int) -> HttpResponse:
    """Ask a source by this wording, once; nothing becomes a draft."""
    found = wording_in(project, checked_step(step), number)
    word = request.POST.get("source", "")
    if not (word.isascii() and word.isdigit() and len(word) < 16):
        raise InvalidInput("Choose a source to try it on.", field="source")
    source, about = source_in(project, int(word)), _about(request, project)
    job = try_source(
        source=source, photo=about.photo, prompt=found, crop=about.crop, question=about.question,
        by=request.user,
    )  # fmt: skip
    return redirect("annotation:trial", project.slug, source.pk, job.pk)
