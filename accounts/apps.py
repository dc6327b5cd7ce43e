"""Names the app for Django."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Registered as ``accounts``."""

    name = "accounts"
    label = "accounts"
    verbose_name = "Accounts"
