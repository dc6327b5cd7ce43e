"""Names the app for Django."""

from __future__ import annotations

from django.apps import AppConfig
from django.conf import settings


class WorkersConfig(AppConfig):
    """Registered as ``workers``."""

    name = "workers"
    label = "workers"
    verbose_name = "Workers"

    def ready(self) -> None:
        """All processes of this installation keep to an endpoint's limits together."""
        from inference.shelves import LEASE_S, share_through
        from workers.sharing import ValkeyShelf

        url = str(settings.CACHES["default"]["LOCATION"])
        share_through(ValkeyShelf(url, lease_s=min(LEASE_S, settings.DRAFT_LEASE_S)))
