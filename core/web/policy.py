"""The content security policy on every answer: the same words, put together once."""

from __future__ import annotations

from functools import cache

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class PolicyMiddleware(CSPMiddleware):
    """django-csp's own, which does the same anew for each answer; it is asked where a view has a wish."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Django's hook."""
        has_nonce = getattr(request, "_csp_nonce", None) is not None
        has_wish = any(name.startswith("_csp") for name in vars(response))
        if has_nonce or has_wish or settings.DEBUG:
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, _policy())
        return response


@cache
def _policy() -> str:
    return build_policy()
