"""Collects static files for the web server, only when one of them has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

from core.apps import CollectedFilesConfig

STAMP = ".collected"


def collect_if_changed(say: Callable[[str], None]) -> None:
    """Compare sources with the stamp of the last collection, and collect if they differ."""
    stamp = Path(settings.STATIC_ROOT) / STAMP
    digest = _digest()
    if stamp.is_file() and stamp.read_text() == digest:
        return
    say("Collecting static files ...")
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(digest)


def _digest() -> str:
    lines = []
    left_out = CollectedFilesConfig.ignore_patterns
    for finder in get_finders():
        for name, storage in finder.list(left_out):
            stat = Path(storage.path(name)).stat()
            lines.append(f"{name} {stat.st_size} {stat.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
