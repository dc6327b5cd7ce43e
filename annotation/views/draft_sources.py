"""Draft sources: what there is, a new one, trying one out, the defaults, retiring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Project
from accounts.roles import Right, can
from accounts.selectors.jobs import job_in
from accounts.views.page import ProjectRequest, page
from annotation.models import DraftSource
from annotation.selectors.draft_sources import (
    default_sources,
    offered_backends,
    place_of,
    source_in,
    sources_with_use,
)
from annotation.services.sources import (
    retire_source,
    set_default_sources,
    set_source,
    try_source,
)
from annotation.views.draft_forms import SOURCE_FORMS, DefaultsForm, SourceForm
from annotation.views.draft_parts import draft_tabs
from catalog.models import Photo, PhotoState
from catalog.selectors.photos import photo_in
from core.errors import InvalidInput, NotFound, ReframeError
from core.models import Job
from core.web.forms import add_problem
from inference.backends import registry


@dataclass(frozen=True)
class SourceRow:
    """A source as the list shows it; ``roles`` says what it is the default of."""

    source: DraftSource
    backend: str
    place: str
    parameters: list[tuple[str, object]]
    roles: list[str]


@require_safe
@page(Right.SEE_DRAFTS)
def sources(request: ProjectRequest, project: Project) -> HttpResponse:
    """All sources, active ones first."""
    return _sources_page(request, project, DefaultsForm(project))


def _sources_page(
    request: ProjectRequest, project: Project, defaults: DefaultsForm, status: int = 200
) -> HttpResponse:
    in_use = default_sources(project)
    rows = [_row(source, in_use) for source in sources_with_use(project)]
    photo = Photo.objects.filter(project=project, state=PhotoState.READY).order_by("-pk").first()
    context = {
        "tabs": draft_tabs(project, "sources"),
        "active": [row for row in rows if row.source.is_active],
        "retired": [row for row in rows if not row.source.is_active],
        "defaults": defaults,
        "photo": photo,
        "may_run": can(request.user, Right.RUN_DRAFTS, project),
    }
    return render(request, "annotation/drafts/sources.html", context, status=status)


def _row(source: DraftSource, in_use: tuple[DraftSource | None, ...]) -> SourceRow:
    roles = [role for role, row in zip(("drafts", "checks"), in_use, strict=True) if row == source]
    title = registry.get(source.backend).title
    return SourceRow(source, title, place_of(source), sorted(source.parameters.items()), roles)


@require_http_methods(["GET", "POST"])
@page(Right.RUN_DRAFTS)
def new_source(request: ProjectRequest, project: Project) -> HttpResponse:
    """The form of one backend."""
    name = request.GET.get("backend", "openai")
    if name not in SOURCE_FORMS:
        raise InvalidInput(f"A backend is one of {', '.join(SOURCE_FORMS)}.", field="backend")
    is_sent = request.method == "POST"
    form = SOURCE_FORMS[name](request.POST if is_sent else None)
    if is_sent and form.is_valid() and _add(request, project, name, form):
        return redirect("annotation:sources", slug=project.slug)
    context = {"form": form, "backend": name, "backends": offered_backends()}
    status = 400 if form.errors else 200
    return render(request, "annotation/drafts/new_source.html", context, status=status)


def _add(request: ProjectRequest, project: Project, name: str, form: SourceForm) -> bool:
    try:
        made = set_source(project=project, backend=name, by=request.user, **form.settings())
    except ReframeError as error:
        form.add_problem(error)
        return False
    messages.success(request, f"{made.name} is added. Try it before you start a batch.")
    return True


@require_POST
@page(Right.RUN_DRAFTS)
def defaults(request: ProjectRequest, project: Project) -> HttpResponse:
    """Set which sources a new batch starts from."""
    form = DefaultsForm(project, request.POST)
    if form.is_valid():
        try:
            set_default_sources(
                project=project, drafter=form.chosen("drafter"),
                verifier=form.chosen("verifier"), by=request.user,
            )  # fmt: skip
        except InvalidInput as error:
            add_problem(form, error)
        else:
            messages.success(request, "New batches start from these sources.")
            return redirect("annotation:sources", slug=project.slug)
    return _sources_page(request, project, form, status=400)


@require_POST
@page(Right.RUN_DRAFTS)
def retire(request: ProjectRequest, project: Project, source_id: int) -> HttpResponse:
    """No new batches with it; its drafts stay."""
    source = retire_source(source=source_in(project, source_id), by=request.user)
    messages.success(request, f"{source.name} is retired. Its drafts stay.")
    return redirect("annotation:sources", slug=project.slug)


@require_POST
@page(Right.RUN_DRAFTS)
def start_trial(request: ProjectRequest, project: Project, source_id: int) -> HttpResponse:
    """Ask the source about one photo."""
    source = source_in(project, source_id)
    job = try_source(source=source, photo=_photo(request, project), by=request.user)
    if not request.headers.get("HX-Request"):
        return redirect("annotation:trial", project.slug, source.pk, job.pk)
    return _trial(request, project, source, job)


def _photo(request: ProjectRequest, project: Project) -> Photo:
    word = request.POST.get("photo", "")
    if not (word.isascii() and word.isdigit()):
        raise InvalidInput("Import a photo first: a source is tried on one.", field="photo")
    return photo_in(project, int(word))


@require_safe
@page(Right.RUN_DRAFTS)
def trial(request: ProjectRequest, project: Project, source_id: int, job_id: UUID) -> HttpResponse:
    """How the trial goes: its answer or its error, in words."""
    source, job = source_in(project, source_id), job_in(project, job_id)
    if job.subject != f"draftsource/{source.pk}":
        raise NotFound("There is no such trial of this source.")
    return _trial(request, project, source, job)


def _trial(
    request: ProjectRequest, project: Project, source: DraftSource, job: Job
) -> HttpResponse:
    context: dict[str, Any] = {"source": source, "job": job, "said": job.result or {}}
    is_fragment = bool(request.headers.get("HX-Request"))
    name = "trial_state" if is_fragment else "trial"
    return render(request, f"annotation/drafts/{name}.html", context)
