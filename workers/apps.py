"""Names the app for Django."""

from __future__ import annotations

from django.apps import AppConfig


class WorkersConfig(AppConfig):
    """Registered as ``workers``."""

    name = "workers"
    label = "workers"
    verbose_name = "Workers"
