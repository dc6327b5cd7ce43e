"""From where somebody acts: a page or the API with the network address, a job, or the server itself.

The audit log writes it down. The address is looked up only then.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

from axes.helpers import get_client_ip_address
from django.http import HttpRequest, HttpResponse

SERVER = "server"
_place: ContextVar[Callable[[], str]] = ContextVar("place", default=lambda: SERVER)


def place() -> str:
    """Where the act that runs now comes from, in a few words."""
    return _place.get()()


class PlaceMiddleware:
    """Holds the request's place while it is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request; what it does comes from its place."""
        token = _place.set(lambda: _words(request))
        try:
            return self.get_response(request)
        finally:
            _place.reset(token)


def _words(request: HttpRequest) -> str:
    how = "token" if request.headers.get("Authorization") else "browser"
    address = get_client_ip_address(request)
    return f"{how}, {address}" if address else how
