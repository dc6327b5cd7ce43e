"""Names the app for Django."""

from __future__ import annotations

from django.apps import AppConfig


class CurationConfig(AppConfig):
    """Registered as ``curation``."""

    name = "curation"
    label = "curation"
    verbose_name = "Curation"
