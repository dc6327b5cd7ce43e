"""What the site says to browsers, for tests that listen: middleware in front of everything else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

_listeners: list[list[Said]] = []


@dataclass(frozen=True)
class Said:
    """One answer: to whom, at which address, and all of it as text, headers first."""

    person: int | None
    path: str
    text: str


def listening(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Django's middleware; it costs nothing while nobody listens."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if _listeners and not response.streaming:
            person = getattr(getattr(request, "_cached_user", None), "pk", None)
            text = f"{dict(response.items())}\n{response.content.decode('utf-8', 'replace')}"
            for each in _listeners:
                each.append(Said(person, request.path, text))
        return response

    return middleware


@contextmanager
def heard() -> Iterator[list[Said]]:
    """Everything that is said while the block runs."""
    said: list[Said] = []
    _listeners.append(said)
    try:
        yield said
    finally:
        _listeners.remove(said)
