"""A forgotten password: asking for a link, and the page it leads to.

The link's secret leaves the address at once and stays in the session, for addresses stand in logs.
"""

from __future__ import annotations

from axes.helpers import get_client_ip_address
from axes.utils import reset as unlock
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.services.mailing import can_mail
from accounts.services.passwords import RULES_IN_WORDS
from accounts.services.resetting import ask_for_reset, person_of_link, reset_password
from core.errors import InvalidInput
from core.web.forms import add_problem

KEPT = "password-reset"


class ForgotForm(forms.Form):
    """Whose password."""

    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autofocus": True, "autocomplete": "username"}),
    )


class NewPasswordForm(forms.Form):
    """The new one."""

    password = forms.CharField(
        label="New password",
        strip=False,
        help_text=RULES_IN_WORDS,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "autofocus": True}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def forgot(request: HttpRequest) -> HttpResponse:
    """Ask for a link; the answer is the same for every address."""
    form = ForgotForm(request.POST or None)
    context = {"form": form, "can_mail": can_mail(), "is_asked": False}
    if form.is_valid():
        place = str(get_client_ip_address(request) or "")
        ask_for_reset(email=form.cleaned_data["email"], place=place)
        return render(request, "accounts/forgot.html", {**context, "is_asked": True})
    status = 400 if request.method == "POST" else 200
    return render(request, "accounts/forgot.html", context, status=status)


@require_safe
def open_reset(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """The link of the mail: remember it and go to the page without secret."""
    request.session[KEPT] = [uid[:64], token[:128]]
    return redirect("accounts:reset")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def reset(request: HttpRequest) -> HttpResponse:
    """Choose the new password."""
    uid, token = request.session.get(KEPT, ["", ""])
    person = person_of_link(uid, token)
    form = NewPasswordForm(request.POST or None)
    if form.is_valid():
        try:
            reset_password(uid=uid, token=token, new=form.cleaned_data["password"])
        except InvalidInput as error:
            add_problem(form, error)
        else:
            del request.session[KEPT]
            unlock(username=person.email)  # wrong guesses are what led here
            messages.success(request, "Your password is changed. Sign in with the new one.")
            return redirect("accounts:sign-in")
    status = 400 if request.method == "POST" else 200
    return render(request, "accounts/reset.html", {"form": form, "person": person}, status=status)
