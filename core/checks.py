"""Checks made at every start: a setting that would lose data or open a door stops it, with a hint.

E001 secret key, E002 media folder, E003 any host, E004 debug in public, W005 plain http in public.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 - Django's name
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import FileSystemStorage, default_storage

SHORTEST_KEY = 50
FEWEST_LETTERS = 10
KNOWN_PARTS = ("django-insecure", "changeme", "change-me", "secret", "example", "reframe")
LOCAL_HOSTS = {"127.0.0.1", "localhost", "[::1]", "testserver"}
MAKE_KEY = "Run `python manage.py up` once, or set SECRET_KEY to `openssl rand -hex 32`."

Apps = Sequence[AppConfig] | None


@register(Tags.security)
def check_secret_key(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """A signing key that is missing, short, simple or known forges sessions."""
    try:
        key = str(settings.SECRET_KEY)
    except ImproperlyConfigured:
        return [Error("There is no SECRET_KEY.", hint=MAKE_KEY, id="core.E001")]
    if len(key) < SHORTEST_KEY or len(set(key)) < FEWEST_LETTERS:
        words = f"SECRET_KEY is too short or too simple ({SHORTEST_KEY} characters at least)."
        return [Error(words, hint=MAKE_KEY, id="core.E001")]
    if any(part in key.lower() for part in KNOWN_PARTS):
        return [Error("SECRET_KEY is a known example.", hint=MAKE_KEY, id="core.E001")]
    return []


@register(Tags.files)
def check_media(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """Photos must have a place we may write to."""
    if not isinstance(default_storage, FileSystemStorage):
        return []
    folder = Path(default_storage.location)
    existing = next(step for step in (folder, *folder.parents) if step.exists())
    if existing.is_dir() and os.access(existing, os.W_OK | os.X_OK):
        return []
    hint = "Set MEDIA_ROOT to a folder this account may write to, or STORAGE_URL to a bucket."
    return [Error(f"Files cannot be written to {folder}.", hint=hint, id="core.E002")]


@register(Tags.security)
def check_hosts(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """Addresses we answer to, against how openly we speak there."""
    public = sorted(set(settings.ALLOWED_HOSTS) - LOCAL_HOSTS)
    found: list[CheckMessage] = []
    if "*" in public:
        hint = "Name the hosts, separated by commas."
        found.append(Error("ALLOWED_HOSTS holds *, any name.", hint=hint, id="core.E003"))
    if settings.DEBUG and public:
        words = f"DEBUG is on while {', '.join(public)} is served."
        found.append(Error(words, hint="Set DEBUG=0.", id="core.E004"))
    if not settings.HTTPS and public:
        words = f"{', '.join(public)} is served without https: passwords can be read on the way."
        hint = "Put a proxy with a certificate in front, set HTTPS=1 and BEHIND_PROXY=1."
        found.append(Warning(words, hint=hint, id="core.W005"))
    return found


def refuse_bad_settings() -> None:
    """Run the checks above where no command does it for us: in the web server's processes."""
    found = [*check_secret_key(None), *check_media(None), *check_hosts(None)]
    errors = [message for message in found if message.is_serious()]
    if errors:
        raise ImproperlyConfigured(" ".join(f"{error.msg} {error.hint}" for error in errors))
