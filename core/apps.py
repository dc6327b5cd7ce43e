"""Names the app for Django, registers the checks made at start, and leaves out static files."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    """Registered as ``core``. Without ``default`` Django would take none of the classes here."""

    default = True
    name = "core"
    label = "core"
    verbose_name = "Core"

    def ready(self) -> None:
        """Register the system checks, and every app's kinds of job, by importing them."""
        import_module("core.checks")
        autodiscover_modules("kinds")


class CollectedFilesConfig(StaticFilesConfig):
    """Static files without those of packages that no page of ours loads."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "rest_framework",
        "django_htmx/ext/*",
        "django_htmx/ht*-4*",
    ]
