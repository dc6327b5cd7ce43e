"""What log lines carry, and what they must not: request ids, and no secret of a mailed link.

A request id is one word that joins every log line of a request and the answer's header.
"""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
_WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}")

request_id: ContextVar[str] = ContextVar("request_id", default="-")


class RequestIdMiddleware:
    """Takes the proxy's id if it is well formed, else makes one, and returns it in the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Hold the id while the request is answered."""
        given = request.headers.get(HEADER, "")
        token = request_id.set(given if _WELL_FORMED.fullmatch(given) else uuid.uuid4().hex[:16])
        try:
            response = self.get_response(request)
            response[HEADER] = request_id.get()
            return response
        finally:
            request_id.reset(token)


class RequestIdFilter(logging.Filter):
    """Puts the id onto every record, ``-`` outside a request."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add the id; keep every record."""
        record.request_id = request_id.get()
        return True


def without_secrets(text: str) -> str:
    """``text`` without what follows one of ``SECRET_PATHS``: links from mails open doors."""
    places = "|".join(re.escape(place) for place in settings.SECRET_PATHS)
    return re.sub(rf"({places})[^\s?#\"'<>]+", r"\1...", text) if places else text


class SecretFilter(logging.Filter):
    """Takes the secrets of addresses out of every record, such as those of refused requests."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change what needs it; keep every record."""
        said = record.getMessage()
        clean = without_secrets(said)
        if clean != said:
            record.msg, record.args = clean, ()
        return True
