"""The API in words: every operation with its parameters, fields and a call to copy."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.views.page import PersonRequest, signed_in
from core.web.api_reading import rooms


@require_safe
@signed_in
def api_docs(request: PersonRequest) -> HttpResponse:
    """For signed-in people only, as the schema itself."""
    return render(request, "accounts/api_docs.html", {"rooms": rooms(settings.SITE_URL)})
