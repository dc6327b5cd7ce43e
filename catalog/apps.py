"""Names the app for Django."""

from __future__ import annotations

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """Registered as ``catalog``."""

    name = "catalog"
    label = "catalog"
    verbose_name = "Catalog"
