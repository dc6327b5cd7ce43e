"""How much a request may send, settled before a byte of it is read.

Django writes an upload to disk while it looks for the form's CSRF token, so a view that checks the
size of a file afterwards is too late, and whoever has not signed in could fill the disk. JSON it
does not limit at all. The length a request announces is binding: nothing is read beyond it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from core.errors import TooLarge
from core.web.problems import answer

V = TypeVar("V", bound=Callable[..., Any])
# Boundaries, names and the fields beside the file.
AROUND_A_FILE = 1024 * 1024


def takes_up_to(setting: str) -> Callable[[V], V]:
    """Mark a view, or a view class of the API, that takes more bytes than ``MAX_UPLOAD_BYTES``."""

    def mark(view: V) -> V:
        view.most_bytes = setting  # type: ignore[attr-defined]
        return view

    return mark


class SizeMiddleware:
    """Refuses a request that is too large; stands before the CSRF check, which reads bodies."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: object, kwargs: object
    ) -> HttpResponse | None:
        """Django's hook; ``None`` goes on to the view."""
        most, sent = _most(request, view), _announced(request)
        if sent <= most:
            return None
        words = f"This is larger than {most / 1024**2:.4g} MiB, the most that is taken here."
        return answer(request, TooLarge(f"{words} Nothing was stored. Send less at once."))


def _most(request: HttpRequest, view: Callable[..., Any]) -> int:
    small = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if request.content_type != "multipart/form-data":
        return small
    # The API's own classes ask who it is before they read a body; pages read it to let one in.
    endpoint = getattr(view, "cls", None)
    if endpoint is None and not request.user.is_authenticated:
        return small
    name = getattr(endpoint or view, "most_bytes", "MAX_UPLOAD_BYTES")
    return int(getattr(settings, name)) + AROUND_A_FILE


def _announced(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0  # Django takes it for nothing, too
