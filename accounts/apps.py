"""Names the app for Django."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Registered as ``accounts``."""

    name = "accounts"
    label = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        """Tell people of their background work."""
        from accounts.services.job_notices import tell_owner
        from core.jobs.ending import when_ended

        when_ended(tell_owner)
