"""Names the app for Django."""

from __future__ import annotations

from django.apps import AppConfig


class AnnotationConfig(AppConfig):
    """Registered as ``annotation``."""

    name = "annotation"
    label = "annotation"
    verbose_name = "Annotation"

    def ready(self) -> None:
        """Tell which work pages there are, with their keys, and how addresses name assignments."""
        from django.urls import register_converter

        from accounts.keys import add_pages
        from annotation.handles import HandleConverter
        from annotation.keys import work_pages

        add_pages(work_pages)
        register_converter(HandleConverter, "assignment")
