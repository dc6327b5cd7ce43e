"""Every address: health checks, the API with its schema, and the pages of each app."""

from __future__ import annotations

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from core import health

urlpatterns = [
    path("healthz", health.is_alive, name="healthz"),
    path("readyz", health.is_ready, name="readyz"),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/v1/", include("config.api")),
    path("", include("accounts.urls")),
    path("", include("catalog.urls")),
    path("", include("annotation.urls")),
    path("", include("curation.urls")),
    path("", include("training.urls")),
]

handler400 = "core.web.problems.bad_request"
handler403 = "core.web.problems.permission_denied"
handler404 = "core.web.problems.page_not_found"
handler500 = "core.web.problems.server_error"
