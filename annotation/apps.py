"""Names the app for Django."""

from __future__ import annotations

from django.apps import AppConfig


class AnnotationConfig(AppConfig):
    """Registered as ``annotation``."""

    name = "annotation"
    label = "annotation"
    verbose_name = "Annotation"
