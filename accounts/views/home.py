"""The start page, the door of a project, and making and describing projects."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.context import SECTIONS
from accounts.models import Project
from accounts.roles import HOLDERS, Right
from accounts.selectors.people import roles_by_project
from accounts.selectors.projects import project_for
from accounts.services.projects import change_project, create_project
from accounts.views.page import PersonRequest, ProjectRequest, page, signed_in
from core.errors import InvalidInput, NotAllowed
from core.web.forms import add_problem


class ProjectForm(forms.Form):
    """What a project is called and is for."""

    name = forms.CharField(max_length=120, help_text="What people call it.")
    description = forms.CharField(
        required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )


class NewProjectForm(ProjectForm):
    """The same with the address, which cannot be changed later."""

    slug = forms.CharField(
        label="Address",
        max_length=60,
        help_text="Lower-case letters, digits and hyphens. It stands in every link.",
    )
    field_order = ["name", "slug", "description"]


@dataclass(frozen=True)
class Place:
    """A project on the start page: what one is there, and where to go."""

    project: Project
    roles: list[str]
    is_expert: bool
    sections: list[tuple[str, str]]


@require_safe
@signed_in
def home(request: PersonRequest) -> HttpResponse:
    """The projects one is in, each with what one can do there."""
    places = [_place(project, roles) for project, roles in roles_by_project(request.user)]
    return render(request, "accounts/home.html", {"places": places})


@require_safe
@signed_in
def project_door(request: PersonRequest, slug: str) -> HttpResponse:
    """The first section one may enter; experts go to their work."""
    project = project_for(request.user, slug)
    place = _place(project, dict(roles_by_project(request.user))[project])
    return redirect(place.sections[0][1] if place.sections else "/work/")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new_project(request: PersonRequest) -> HttpResponse:
    """Administrators make projects."""
    if not request.user.is_administrator:
        raise NotAllowed("Only an administrator of this installation makes projects.")
    form = NewProjectForm(request.POST or None)
    if form.is_valid():
        try:
            project = create_project(**form.cleaned_data, by=request.user)
        except InvalidInput as error:
            add_problem(form, error)
        else:
            messages.success(request, f"{project.name} is made. Invite its people.")
            return redirect("accounts:people", slug=project.slug)
    status = 400 if form.errors else 200
    return render(request, "accounts/new_project.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Right.MANAGE_PROJECT)
def project_settings(request: ProjectRequest, project: Project) -> HttpResponse:
    """Name and description."""
    now = {"name": project.name, "description": project.description}
    form = ProjectForm(request.POST or None, initial=now)
    if form.is_valid():
        try:
            change_project(project=project, by=request.user, **form.cleaned_data)
        except InvalidInput as error:
            add_problem(form, error)
        else:
            messages.success(request, "Saved.")
            return redirect("accounts:settings", slug=project.slug)
    status = 400 if form.errors else 200
    return render(request, "accounts/settings.html", {"form": form}, status=status)


def _place(project: Project, roles: list[str]) -> Place:
    held = set(roles)
    sections = [
        (label, f"/p/{project.slug}/{part}/")
        for label, part, right in SECTIONS
        if held & HOLDERS[right]
    ]
    return Place(project, roles, bool(held & HOLDERS[Right.ANNOTATE]), sections)
