"""Where a service's refusal goes back into the form it came from."""

from __future__ import annotations

from django import forms

from core.errors import ReframeError


def add_problem(form: forms.BaseForm, error: ReframeError) -> None:
    """Put the words beside the field at fault, or over the form if it names none of its fields."""
    form.add_error(error.field if error.field in form.fields else None, str(error))
