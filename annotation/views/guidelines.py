"""Guidelines of a campaign: the editor with its examples, and what changed from version to version."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Project
from accounts.roles import Right
from accounts.views.page import ProjectRequest, page
from annotation.models import Campaign, GuidelinesExample, GuidelinesVersion
from annotation.selectors.campaigns import campaign_in
from annotation.selectors.guidelines import example_of, examples_of, guidelines_of, versions_of
from annotation.selectors.pictures import example_picture
from annotation.services.guidelines import Example, write_guidelines
from annotation.views.campaigns import frame
from annotation.views.forms import GuidelinesForm
from core.errors import ReframeError
from core.web.forms import add_problem

NEW_EXAMPLES = 2
GOOD = [("good", "good"), ("bad", "bad")]


class ExampleForm(forms.Form):
    """One example; without a photo it is none."""

    photo = forms.IntegerField(required=False, min_value=1, label="Photo number")
    crop = forms.CharField(
        required=False, max_length=60, label="Part of it",
        help_text="x1, y1, x2, y2 from 0 to 1. Empty: the whole photo.",
    )  # fmt: skip
    is_good = forms.ChoiceField(choices=GOOD, label="It is")
    words = forms.CharField(required=False, max_length=500, label="What it shows")

    def clean_crop(self) -> tuple[float, ...] | None:
        """Four numbers, or none for the whole photo."""
        words = self.cleaned_data["crop"].replace(",", " ").split()
        try:
            found = tuple(float(word) for word in words)
        except ValueError:
            raise forms.ValidationError("Write four numbers from 0 to 1.") from None
        if found and len(found) != 4:
            raise forms.ValidationError("Write four numbers from 0 to 1.")
        return found or None


ExampleForms = forms.formset_factory(ExampleForm, extra=NEW_EXAMPLES, max_num=40, absolute_max=40)


@require_http_methods(["GET", "POST"])
@page(Right.RUN_CAMPAIGNS)
def guidelines(request: ProjectRequest, project: Project, campaign_id: int) -> HttpResponse:
    """Read and rewrite the guidelines with their examples; all versions with what changed."""
    found = campaign_in(project, campaign_id)
    now = guidelines_of(found)
    shown = examples_of(now)
    has_examples = "form-TOTAL_FORMS" in request.POST
    form = GuidelinesForm(request.POST or None, initial={"guidelines": now.text})
    initial = [_initial(each) for each in shown]
    examples = ExampleForms(request.POST if has_examples else None, initial=initial)
    if request.method == "POST" and form.is_valid() and (not has_examples or examples.is_valid()):
        try:
            version = write_guidelines(
                campaign=found, text=form.cleaned_data["guidelines"], by=request.user,
                examples=_given(examples) if has_examples else None,
            ).guidelines_version  # fmt: skip
        except ReframeError as error:
            add_problem(form, error)
        else:
            messages.success(request, f"The guidelines are version {version} now.")
            return redirect("annotation:guidelines", slug=project.slug, campaign_id=found.pk)
    context = {
        **frame(request, project, found, "guidelines"), "form": form,
        "examples": examples, "shown": shown, "versions": _with_changes(found),
    }  # fmt: skip
    status = 400 if form.errors or examples.total_error_count() else 200
    return render(request, "annotation/guidelines.html", context, status=status)


@require_safe
@page(Right.SEE_CAMPAIGNS)
def example_image(
    request: ProjectRequest, project: Project, campaign_id: int, example_id: int
) -> HttpResponse:
    """The picture of an example, for the editor."""
    found = example_of(campaign_in(project, campaign_id), example_id)
    return HttpResponse(example_picture(found), content_type="image/jpeg")


def _initial(each: GuidelinesExample) -> dict[str, Any]:
    return {
        "photo": each.photo_id, "words": each.words, "is_good": "good" if each.is_good else "bad",
        "crop": "" if each.box is None else ", ".join(f"{value:g}" for value in each.box),
    }  # fmt: skip


def _given(examples: Any) -> list[Example]:
    return [
        Example(values["photo"], values["words"], values["is_good"] == "good", values["crop"])
        for values in (form.cleaned_data for form in examples)
        if values.get("photo")
    ]


def _with_changes(found: Campaign) -> list[tuple[GuidelinesVersion, GuidelinesVersion | None]]:
    """Each version with the one before it, newest first."""
    rows = list(versions_of(found))
    return list(zip(rows, [*rows[1:], None], strict=True))
