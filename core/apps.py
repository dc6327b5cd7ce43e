"""Names the app for Django and registers the checks made at start."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Registered as ``core``."""

    name = "core"
    label = "core"
    verbose_name = "Core"

    def ready(self) -> None:
        """Register the system checks by importing them."""
        import_module("core.checks")
