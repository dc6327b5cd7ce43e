"""How the detail of an audit entry reads."""

from __future__ import annotations

from typing import Any

from django import template

register = template.Library()


@register.filter
def as_words(value: Any) -> str:
    """A list as ``expert, lead``, an object as ``low 1, high 5``, the rest as it stands."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {as_words(each)}" for name, each in value.items())
    if isinstance(value, list):
        return ", ".join(as_words(each) for each in value)
    return "" if value is None else str(value)
