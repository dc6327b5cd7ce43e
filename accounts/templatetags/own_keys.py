"""The keys a person has given to acts, put into a work page as JSON."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import json_script
from django.utils.safestring import SafeString

from accounts.models import User
from accounts.services.preferences import preferences_of
from accounts.services.remapping import own_keys as own_keys_of

register = template.Library()


@register.simple_tag(takes_context=True)
def own_keys(context: dict[str, Any], page: str) -> SafeString:
    """JSON of default key to own key of this page, where ``static/js/keys.js`` looks for it."""
    me = context.get("me")
    chosen = preferences_of(me).keys if isinstance(me, User) else {}
    return json_script(own_keys_of(chosen, page), "own-keys")
