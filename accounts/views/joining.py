"""Accepting an invitation. The secret leaves the address at once, for it would be in every log."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Invitation, Role, User
from accounts.secrecy import hash_of
from accounts.selectors.invitations import account_of, invitation_with
from accounts.services.invitations import CLOSED, accept_as, accept_as_new
from accounts.services.passwords import RULES_IN_WORDS
from core.errors import InvalidInput, NotFound
from core.web.forms import add_problem

KEPT = "invitation"
MODEL_BACKEND = "accounts.backend.PersonBackend"


class JoinForm(forms.Form):
    """What a new person says about themselves."""

    name = forms.CharField(
        label="Your name",
        max_length=120,
        help_text="Others in the project see it.",
        widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True}),
    )
    password = forms.CharField(
        label="Password",
        strip=False,
        help_text=RULES_IN_WORDS,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


@require_safe
def open_invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """The link of the mail: remember which invitation it is and go to the page without secret."""
    request.session[KEPT] = hash_of(secret)
    return redirect("accounts:join")


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """Accept: as the person signed in, by signing in, or by making an account."""
    invitation = _kept_invitation(request)
    user = request.user
    if isinstance(user, User):
        if request.method == "POST":
            return _enter(request, invitation, accept_as(invitation=invitation, person=user))
        return _page(request, invitation, is_theirs=user.email == invitation.email)
    account = account_of(invitation.email)
    if account is not None and account.has_usable_password():
        return _page(request, invitation, has_account=True)
    return _join_as_new(request, invitation)


def _join_as_new(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    form = JoinForm(request.POST or None)
    if form.is_valid():
        try:
            person = accept_as_new(invitation=invitation, **form.cleaned_data)
        except InvalidInput as error:
            add_problem(form, error)
        else:
            login(request, person, backend=MODEL_BACKEND)
            return _enter(request, invitation, person)
    return _page(request, invitation, form=form)


def _kept_invitation(request: HttpRequest) -> Invitation:
    invitation = invitation_with(str(request.session.get(KEPT, "")))
    if invitation is None:
        raise NotFound(CLOSED)
    return invitation


def _enter(request: HttpRequest, invitation: Invitation, person: User) -> HttpResponse:
    request.session.pop(KEPT, None)
    messages.success(request, f"Welcome to {invitation.project.name}, {person}.")
    return redirect("accounts:project", slug=invitation.project.slug)


def _page(request: HttpRequest, invitation: Invitation, **more: object) -> HttpResponse:
    roles = [Role(role).label for role in invitation.roles]
    status = 400 if request.method == "POST" else 200
    context = {"invitation": invitation, "invited_as": roles, **more}
    return render(request, "accounts/join.html", context, status=status)
