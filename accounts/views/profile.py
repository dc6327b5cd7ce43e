"""One's own profile and consent."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.consent import CURRENT, TEXTS
from accounts.models import Credit, Profile
from accounts.selectors.profiles import profile_of
from accounts.services.profiles import MOST_YEARS, SPECIALITIES, change_profile, set_consent
from accounts.views.page import PersonRequest, signed_in
from core.errors import InvalidInput
from core.web.forms import add_problem


class ProfileForm(forms.Form):
    """What I tell about myself."""

    years = forms.IntegerField(
        label="Years of experience with photography", required=False, min_value=0,
        max_value=MOST_YEARS,
    )  # fmt: skip
    specialities = forms.MultipleChoiceField(
        choices=[(each, each) for each in SPECIALITIES], required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    more = forms.CharField(label="In your own words", max_length=300, required=False)
    languages = forms.CharField(
        max_length=200, required=False, help_text="Those you read well enough to judge texts in."
    )
    credit = forms.ChoiceField(
        label="Named in the credits of what is published", choices=Credit.choices,
        widget=forms.RadioSelect,
    )  # fmt: skip
    pseudonym = forms.CharField(label="Other name for the credits", max_length=80, required=False)


class ConsentForm(forms.Form):
    """Agree, or take it back."""

    act = forms.ChoiceField(choices=[("give", "give"), ("withdraw", "withdraw")])


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def profile(request: PersonRequest) -> HttpResponse:
    """See and change it."""
    found = profile_of(request.user)
    form = ProfileForm(request.POST or None, initial=_initial(found))
    if form.is_valid():
        try:
            change_profile(person=request.user, **form.cleaned_data)
        except InvalidInput as error:
            add_problem(form, error)
        else:
            messages.success(request, "Saved.")
            return redirect("accounts:profile")
    context = {
        "form": form, "profile": found, "text": TEXTS[CURRENT], "version": CURRENT,
        "agreed": TEXTS.get(found.consent_version or 0, ""),
    }  # fmt: skip
    status = 400 if form.errors else 200
    return render(request, "accounts/profile.html", context, status=status)


@require_POST
@signed_in
def consent(request: PersonRequest) -> HttpResponse:
    """Agree to the present text, or take it back."""
    form = ConsentForm(request.POST)
    if not form.is_valid():
        raise InvalidInput("Say whether you agree or take it back.", field="act")
    is_given = form.cleaned_data["act"] == "give"
    set_consent(person=request.user, is_given=is_given)
    messages.success(request, "Your consent is recorded." if is_given else "It is taken back.")
    return redirect("accounts:profile")


def _initial(found: Profile) -> dict[str, Any]:
    names = ("years", "specialities", "more", "languages", "credit", "pseudonym")
    return {name: getattr(found, name) for name in names}
