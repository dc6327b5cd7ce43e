"""Names the app for Django."""

from __future__ import annotations

from django.apps import AppConfig


class TrainingConfig(AppConfig):
    """Registered as ``training``."""

    name = "training"
    label = "training"
    verbose_name = "Training"
