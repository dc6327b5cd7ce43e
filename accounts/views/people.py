"""The people page: members and their roles, invitations."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Project, Role
from accounts.roles import Right, can
from accounts.selectors.invitations import open_invitations
from accounts.selectors.people import Member, member_of, members_of
from accounts.services.invitations import invite, revoke_invitation
from accounts.services.memberships import grant_role, remove_person, withdraw_role
from accounts.views.page import ProjectRequest, page
from core.errors import InvalidInput
from core.web.forms import add_problem

ROLE_NOTES = {
    Role.EXPERT: "answers items in campaigns",
    Role.LEAD: "runs campaigns, settles disagreements",
    Role.CURATOR: "imports photos, freezes datasets, manages people",
    Role.RESEARCHER: "trains, evaluates and promotes models",
}


class InviteForm(forms.Form):
    """Whom to invite, as what."""

    email = forms.EmailField(
        label="E-mail address", widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    roles = forms.MultipleChoiceField(
        choices=[(role.value, f"{role.label}: {ROLE_NOTES[role]}") for role in Role],
        widget=forms.CheckboxSelectMultiple,
    )


class RoleForm(forms.Form):
    """One role, given or taken."""

    role = forms.ChoiceField(choices=Role.choices)
    act = forms.ChoiceField(choices=[("grant", "grant"), ("withdraw", "withdraw")])


@require_safe
@page(Right.SEE_PEOPLE)
def people(request: ProjectRequest, project: Project) -> HttpResponse:
    """Who is in the project."""
    return _people_page(request, project, InviteForm())


@require_POST
@page(Right.MANAGE_PEOPLE)
def send_invitation(request: ProjectRequest, project: Project) -> HttpResponse:
    """Invite; the answer shows the link, this once."""
    form = InviteForm(request.POST)
    if form.is_valid():
        try:
            sent = invite(project=project, by=request.user, **form.cleaned_data)
        except InvalidInput as error:
            add_problem(form, error)
        else:
            response = render(request, "accounts/invitation_sent.html", {"sent": sent})
            response["Cache-Control"] = "no-store"
            return response
    return _people_page(request, project, form, status=400)


@require_POST
@page(Right.MANAGE_PEOPLE)
def close_invitation(request: ProjectRequest, project: Project, invitation_id: int) -> HttpResponse:
    """Revoke an open invitation."""
    invitation = revoke_invitation(project=project, invitation_id=invitation_id, by=request.user)
    messages.success(request, f"The invitation of {invitation.email} is revoked.")
    return redirect("accounts:people", slug=project.slug)


@require_POST
@page(Right.MANAGE_PEOPLE)
def set_role(request: ProjectRequest, project: Project, person_id: int) -> HttpResponse:
    """Give or take one role; answers with the person's row."""
    form = RoleForm(request.POST)
    if not form.is_valid():
        raise InvalidInput("Choose a role, and whether to give or take it.")
    change = grant_role if form.cleaned_data["act"] == "grant" else withdraw_role
    change(project=project, person_id=person_id, role=form.cleaned_data["role"], by=request.user)
    if not request.headers.get("HX-Request"):
        return redirect("accounts:people", slug=project.slug)
    member = member_of(project, person_id)
    if member is None:
        return HttpResponse()  # no role is left: the row goes
    context = {"row": _row(member), "can_manage": True}
    return render(request, "accounts/member_row.html", context)


@require_POST
@page(Right.MANAGE_PEOPLE)
def remove(request: ProjectRequest, project: Project, person_id: int) -> HttpResponse:
    """Take every role of a person away."""
    person = remove_person(project=project, person_id=person_id, by=request.user)
    messages.success(request, f"{person} is no longer in {project.name}.")
    return redirect("accounts:people", slug=project.slug)


def _people_page(
    request: ProjectRequest, project: Project, form: InviteForm, status: int = 200
) -> HttpResponse:
    can_manage = can(request.user, Right.MANAGE_PEOPLE, project)
    context = {
        "rows": [_row(member) for member in members_of(project)],
        "roles": [(role.value, role.label, ROLE_NOTES[role]) for role in Role],
        "can_manage": can_manage,
        "invitations": open_invitations(project) if can_manage else [],
        "form": form,
    }
    return render(request, "accounts/people.html", context, status=status)


def _row(member: Member) -> dict[str, object]:
    marks = [(role.value, role.label, role.value in member.roles) for role in Role]
    return {"person": member.person, "marks": marks}
