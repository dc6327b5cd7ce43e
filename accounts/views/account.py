"""One's own account: name, password, API tokens."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.selectors.tokens import tokens_of
from accounts.services.passwords import RULES_IN_WORDS, change_password
from accounts.services.people import rename_person
from accounts.services.tokens import create_token, revoke_token
from accounts.views.page import PersonRequest, signed_in
from core.errors import InvalidInput
from core.web.forms import add_problem

DAYS = [(7, "a week"), (30, "30 days"), (90, "90 days"), (366, "a year")]
SCOPES = [
    ("read", "read: look at everything I may see"),
    ("write", "read and write: do everything I may do"),
]


class NameForm(forms.Form):
    """How others see me."""

    name = forms.CharField(max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))


class TokenForm(forms.Form):
    """An API token to make."""

    name = forms.CharField(max_length=80, help_text="Where it will be used, such as laptop.")
    scope = forms.ChoiceField(choices=SCOPES, initial="read", widget=forms.RadioSelect)
    days = forms.TypedChoiceField(label="Lives for", choices=DAYS, initial=30, coerce=int)


class PasswordForm(forms.Form):
    """The old password proves that it is still me."""

    old = forms.CharField(
        label="Present password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    password = forms.CharField(
        label="New password",
        strip=False,
        help_text=RULES_IN_WORDS,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


@require_safe
@signed_in
def account(request: PersonRequest) -> HttpResponse:
    """The page with everything about oneself."""
    return _page(request, NameForm(initial={"name": request.user.name}), TokenForm())


@require_POST
@signed_in
def rename(request: PersonRequest) -> HttpResponse:
    """Another name."""
    form = NameForm(request.POST)
    if form.is_valid():
        try:
            rename_person(person=request.user, name=form.cleaned_data["name"])
        except InvalidInput as error:
            add_problem(form, error)
        else:
            messages.success(request, "Saved.")
            return redirect("accounts:account")
    return _page(request, form, TokenForm(), status=400)


@require_POST
@signed_in
def make_token(request: PersonRequest) -> HttpResponse:
    """A token; its secret is in this answer and nowhere else."""
    form = TokenForm(request.POST)
    if form.is_valid():
        try:
            token, secret = create_token(user=request.user, **form.cleaned_data)
        except InvalidInput as error:
            add_problem(form, error)
        else:
            context = {"token": token, "secret": secret}
            response = render(request, "accounts/token_made.html", context)
            response["Cache-Control"] = "no-store"
            return response
    return _page(request, NameForm(initial={"name": request.user.name}), form, status=400)


@require_POST
@signed_in
def end_token(request: PersonRequest, token_id: int) -> HttpResponse:
    """Revoke a token."""
    token = revoke_token(user=request.user, token_id=token_id)
    messages.success(request, f"The token {token.name} is revoked.")
    return redirect("accounts:account")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def password(request: PersonRequest) -> HttpResponse:
    """Another password; this browser stays signed in, all others are signed out."""
    form = PasswordForm(request.POST or None)
    if form.is_valid():
        old, new = form.cleaned_data["old"], form.cleaned_data["password"]
        try:
            person = change_password(person=request.user, old=old, new=new)
        except InvalidInput as error:
            add_problem(form, error)
        else:
            update_session_auth_hash(request, person)
            messages.success(request, "Your password is changed. Other browsers are signed out.")
            return redirect("accounts:account")
    status = 400 if form.errors else 200
    return render(request, "accounts/password.html", {"form": form}, status=status)


def _page(
    request: PersonRequest, name_form: NameForm, token_form: TokenForm, status: int = 200
) -> HttpResponse:
    context = {
        "name_form": name_form,
        "token_form": token_form,
        "tokens": tokens_of(request.user)[:100],
        "now": timezone.now(),
    }
    return render(request, "accounts/account.html", context, status=status)


@require_safe
@signed_in
def session(request: PersonRequest) -> HttpResponse:
    """Who is signed in, and the token that their writes need: for a page that was open while its
    person signed in anew in another tab."""
    return JsonResponse({"user": str(request.user.pk), "csrf": get_token(request)})
