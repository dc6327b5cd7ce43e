"""Checks: which verifiers reject drafts in this project, and what they expect of a text."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.models import Project
from accounts.roles import Right, can, require
from accounts.views.page import ProjectRequest, page
from annotation.checks import LANGUAGES, LEVELS, VERIFIERS, CheckSettings, stored_settings
from annotation.selectors.findings import counts_by_verifier
from annotation.services.checks import set_checks
from annotation.views.draft_parts import draft_tabs
from core.errors import InvalidInput
from core.web.forms import add_problem

LEVEL = "level_"
LENGTHS = {
    "min_guidance_words": "Guidance, at least", "max_guidance_words": "Guidance, at most",
    "min_rationale_words": "Rationale, at least", "max_rationale_words": "Rationale, at most",
}  # fmt: skip


class ChecksForm(forms.Form):
    """A level for each verifier, the language, the lengths."""

    language = forms.ChoiceField(
        required=False, choices=[("", "Any language"), *LANGUAGES.items()],
        label="Language of drafts",
    )  # fmt: skip

    def __init__(self, kept: CheckSettings, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = kept.language
        for name, label in LENGTHS.items():
            self.fields[name] = forms.IntegerField(
                min_value=0, max_value=5_000, label=f"{label}, words", initial=getattr(kept, name)
            )
        for name, known in VERIFIERS.items():
            self.fields[f"{LEVEL}{name}"] = forms.ChoiceField(
                choices=[(level.value, words) for level, words in LEVELS], label=known.title,
                initial=kept.level(name).value,
            )  # fmt: skip

    def given(self) -> dict[str, Any]:
        """As `annotation.checks.CheckSettings` has it."""
        values = self.cleaned_data
        levels = {name: values[f"{LEVEL}{name}"] for name in VERIFIERS}
        rest = {name: value for name, value in values.items() if not name.startswith(LEVEL)}
        return {"levels": levels, **rest}


@require_http_methods(["GET", "POST"])
@page(Right.SEE_DRAFTS)
def checks(request: ProjectRequest, project: Project) -> HttpResponse:
    """See and set them."""
    kept = stored_settings(project.settings)
    if request.method == "POST":
        require(request.user, Right.RUN_DRAFTS, project)
        form = ChecksForm(kept, request.POST)
        if form.is_valid() and _keep(request, project, form):
            return redirect("annotation:checks", slug=project.slug)
    else:
        form = ChecksForm(kept)
    found = counts_by_verifier(project)
    context = {
        "tabs": draft_tabs(project, "checks"),
        "form": form,
        "kept": kept,
        "language": LANGUAGES.get(kept.language, "Any language"),
        "lengths": [form[name] for name in LENGTHS],
        "rows": [
            {"known": known, "field": form[f"{LEVEL}{name}"], "count": found.get(name, 0),
             "level": dict(LEVELS)[kept.level(name)],
             "kinds": ", ".join(sorted(kind.label for kind in known.kinds))}
            for name, known in VERIFIERS.items()
        ],
        "may_run": can(request.user, Right.RUN_DRAFTS, project),
    }  # fmt: skip
    status = 400 if form.errors else 200
    return render(request, "annotation/drafts/checks.html", context, status=status)


def _keep(request: ProjectRequest, project: Project, form: ChecksForm) -> bool:
    try:
        set_checks(project=project, given=form.given(), by=request.user)
    except InvalidInput as error:
        add_problem(form, error)
        return False
    messages.success(request, "Drafts are checked this way from the next batch on.")
    return True
