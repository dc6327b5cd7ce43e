"""A crop on a page of its own, where words change it: each wish makes a new draft and a new crop."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Project
from accounts.roles import Right
from accounts.selectors.jobs import job_in
from accounts.views.page import ProjectRequest, page
from annotation.models import DraftSource
from annotation.selectors.draft_sources import active_sources, default_sources
from annotation.selectors.refinements import crop_in, draft_behind, refinements_of
from annotation.services.refining import MOST_WORDS, refine_crop
from annotation.services.sources import rules_source
from catalog.models import Crop
from core.errors import InvalidInput, NotFound
from core.models import Job
from core.web.forms import add_problem

RULES = "rules"
RULES_LABEL = "Rules (built in, no model)"


class RefineForm(forms.Form):
    """A wish and who is asked."""

    words = forms.CharField(
        max_length=MOST_WORDS, label="How should it change?",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="For example: more room on the left, a little tighter, 4:3, centre the subject.",
    )  # fmt: skip
    source = forms.ChoiceField(label="Asked")

    def __init__(self, project: Project, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [row for row in active_sources(project) if not row.parameters.get("box_format")]
        self.sources = {str(row.pk): row for row in rows}
        choices = [(key, row.name) for key, row in self.sources.items()]
        if not any(row.backend == RULES for row in rows):
            choices.append((RULES, RULES_LABEL))
        self.fields["source"].choices = choices  # type: ignore[attr-defined]
        drafter, _ = default_sources(project)
        if drafter is not None and str(drafter.pk) in self.sources:
            self.fields["source"].initial = str(drafter.pk)

    def chosen(self, request: ProjectRequest, project: Project) -> DraftSource:
        """The source, made where the rules are chosen for the first time."""
        known = self.sources.get(self.cleaned_data["source"])
        return known or rules_source(project=project, by=request.user)


@require_http_methods(["GET", "POST"])
@page(Right.RUN_DRAFTS)
def refine(request: ProjectRequest, project: Project, crop_id: int) -> HttpResponse:
    """The crop, a form for a wish, and what was wished before."""
    crop = crop_in(project, crop_id)
    if request.method != "POST":
        return _page(request, crop, RefineForm(project))
    form = RefineForm(project, request.POST)
    if form.is_valid():
        try:
            job = refine_crop(
                crop=crop, words=form.cleaned_data["words"],
                source=form.chosen(request, project), by=request.user,
            )  # fmt: skip
        except InvalidInput as error:
            add_problem(form, error)
        else:
            if request.headers.get("HX-Request"):
                return _state(request, crop, job)
            return redirect("annotation:refinement", project.slug, crop.pk, job.pk)
    return _page(request, crop, form, status=400)


@require_safe
@page(Right.RUN_DRAFTS)
def refinement(
    request: ProjectRequest, project: Project, crop_id: int, job_id: UUID
) -> HttpResponse:
    """How one wish goes: the new crop beside the old one, or what is wrong, in words."""
    crop, job = crop_in(project, crop_id), job_in(project, job_id)
    if job.subject != f"crop/{crop.pk}":
        raise NotFound("There is no such wish for this crop.")
    if request.headers.get("HX-Request"):
        return _state(request, crop, job)
    return _page(request, crop, RefineForm(project), job)


def _page(
    request: ProjectRequest, crop: Crop, form: RefineForm, job: Job | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "crop": crop,
        "photo": crop.photo,
        "frames": [{"box": crop.corners, "label": "", "kind": "best"}],
        "behind": draft_behind(crop),
        "form": form,
        "refinements": refinements_of(crop),
        **_of_job(crop, job),
    }
    return render(request, "annotation/refining/crop.html", context, status=status)


def _state(request: ProjectRequest, crop: Crop, job: Job) -> HttpResponse:
    context = {"crop": crop, "photo": crop.photo, **_of_job(crop, job)}
    return render(request, "annotation/refining/state.html", context)


def _of_job(crop: Crop, job: Job | None) -> dict[str, Any]:
    said = (job.result or {}) if job else {}
    number = said.get("crop")
    made = number and Crop.objects.filter(pk=number, photo=crop.photo_id).first()
    return {"job": job, "said": said, "made": made}
