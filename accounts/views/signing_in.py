"""Signing in and out. There is no registration: accounts come from invitations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods

from core import audit
from core.errors import ReframeError
from core.web.problems import as_json, wants_json

TOO_MANY = (
    "Too many wrong passwords. Signing in is locked for a quarter of an hour; then try again."
)


class SignInForm(AuthenticationForm):
    """E-mail address and password."""

    error_messages = {
        "invalid_login": "This address and password do not belong together. Check both.",
        "inactive": "This account is switched off. Ask an administrator.",
    }

    def __init__(self, request: HttpRequest | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.fields["username"] = forms.EmailField(
            label="E-mail address",
            max_length=254,
            widget=forms.EmailInput(attrs={"autofocus": True, "autocomplete": "username"}),
        )

    def clean_username(self) -> str:
        """In one case, so that the lock of too many tries cannot be walked around by another."""
        return str(self.cleaned_data["username"]).strip().lower()


@method_decorator(require_http_methods(["GET", "HEAD", "POST"]), name="dispatch")
class SignInView(LoginView):
    """Goes on to ``next`` where that is a place of ours, else to the start."""

    template_name = "accounts/sign_in.html"
    form_class = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Signed in: Django gives the session a new key."""
        response = super().form_valid(form)
        person = form.get_user()
        audit.record(actor=person, verb="person.sign_in", target=f"user/{person.pk}")
        return response


class SignOutView(LogoutView):
    """By POST only; ends the session."""

    http_method_names = ["post", "options"]


def locked_out(
    request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """What django-axes answers while a name is locked from one address."""
    error = ReframeError(TOO_MANY, code="locked")
    error.status = 429
    if wants_json(request):
        return JsonResponse(as_json(error), status=429)
    return render(request, "errors/problem.html", {"problem": error}, status=429)
