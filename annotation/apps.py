"""Names the app for Django."""

from __future__ import annotations

from django.apps import AppConfig


class AnnotationConfig(AppConfig):
    """Registered as ``annotation``."""

    name = "annotation"
    label = "annotation"
    verbose_name = "Annotation"

    def ready(self) -> None:
        """Tell which work pages there are, with their keys."""
        from accounts.keys import add_pages
        from annotation.keys import work_pages

        add_pages(work_pages)
