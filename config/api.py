"""Every address of the API, under ``/api/v1/``: each app brings its own list."""

from __future__ import annotations

from django.urls import include, path

app_name = "api"

urlpatterns = [
    # First, because they are asked for most, and each that comes before costs.
    path("", include("annotation.api.work_urls")),
    path("", include("accounts.api.urls")),
    path("", include("catalog.api.urls")),
    path("", include("annotation.api.urls")),
    path("", include("curation.api.urls")),
    path("", include("training.api.urls")),
]
