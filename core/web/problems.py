"""Where an error becomes an answer: one mapping for pages, fragments and the API.

API errors are ``{"error": {"code", "message", "field", "line", "detail"}}`` with the error's own
status; pages show ``errors/problem.html`` and htmx fragments the banner component.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from psycopg.errors import QueryCanceled
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_handler

from core.errors import InvalidInput, NotAllowed, NotFound, ReframeError

STALE = (
    "This page was open for too long, or the request came from another site. Reload and try again."
)
TOO_SLOW = "This took the database too long and was ended. Narrow the filters, and try again."
FAILED = "Something failed on our side. It has been noted; nothing you sent was half done."


def as_json(error: ReframeError) -> dict[str, Any]:
    """The one shape of an error in JSON."""
    return {
        "error": {
            "code": error.code,
            "message": str(error),
            "field": error.field,
            "line": error.line,
            "detail": error.detail,
        }
    }


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's hook: our errors by their status, DRF's own in our shape."""
    exc = _as_ours(exc)
    if isinstance(exc, ReframeError):
        return Response(as_json(exc), status=exc.status)
    if isinstance(exc, Http404):
        return Response(as_json(NotFound("There is no such thing here.")), status=404)
    if isinstance(exc, PermissionDenied):
        return Response(as_json(NotAllowed("Your role does not reach this.")), status=403)
    response = drf_handler(exc, context)
    if response is not None:
        response.data = {"error": _of_drf(exc)}
    return response


def _of_drf(exc: Exception) -> dict[str, Any]:
    detail: Any = getattr(exc, "detail", str(exc))
    fields = detail if isinstance(detail, dict) else {}
    code = exc.default_code if isinstance(exc, exceptions.APIException) else "error"
    first = _first_words(detail)
    if first.startswith("CSRF Failed"):
        code, first = "csrf", STALE
    field = next(iter(fields), "")
    if field in ("", "non_field_errors", "detail"):
        return {"code": code, "message": first, "field": "", "line": None, "detail": fields}
    words = f"{field}: {first}"
    return {"code": code, "message": words, "field": field, "line": None, "detail": fields}


def _first_words(detail: Any) -> str:
    while isinstance(detail, (dict, list)) and detail:
        detail = next(iter(detail.values())) if isinstance(detail, dict) else detail[0]
    return str(detail or "The request cannot be accepted.")


class ProblemMiddleware:
    """Turns our errors, raised by a page's view, into a page, a fragment or JSON."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exc: Exception) -> HttpResponse | None:
        """Django's hook; ``None`` leaves what is not ours to Django."""
        exc = _as_ours(exc)
        return answer(request, exc) if isinstance(exc, ReframeError) else None


def _as_ours(exc: Exception) -> Exception:
    """A statement that the database ended after `DATABASE_TIMEOUT_S`, in our words."""
    if isinstance(exc, OperationalError) and isinstance(exc.__cause__, QueryCanceled):
        slow = ReframeError(TOO_SLOW, code="too_slow")
        slow.status = 422
        return slow
    return exc


def answer(request: HttpRequest, error: ReframeError) -> HttpResponse:
    """The error as JSON, as a banner for a fragment, or as a page, by who asks."""
    if wants_json(request):
        return JsonResponse(as_json(error), status=error.status)
    if request.headers.get("HX-Request"):
        banner = {"kind": "bad", "text": str(error)}
        response = render(request, "components/banner.html", banner, status=error.status)
        response["X-Problem"] = _as_header(str(error))
        return response
    return render(request, "errors/problem.html", {"problem": error}, status=error.status)


def _as_header(words: str) -> str:
    # A header is one line of Latin-1; the page's script shows it.
    return " ".join(words.split())[:300].encode("latin-1", "replace").decode("latin-1")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's view for a write without a valid CSRF token."""
    return answer(request, NotAllowed(STALE, code="csrf"))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's view for an address that nobody serves."""
    return answer(request, NotFound("There is nothing at this address."))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's view for a request it will not read."""
    return answer(request, InvalidInput("The request cannot be read."))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's view for its own refusals."""
    return answer(request, NotAllowed("Your role does not reach this."))


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's view for a failure of ours; it must not fail itself, so it asks no database."""
    if wants_json(request):
        return JsonResponse(as_json(ReframeError(FAILED, code="failed")), status=500)
    return HttpResponse(render_to_string("errors/500.html"), status=500)


def wants_json(request: HttpRequest) -> bool:
    """Whether the caller is a script of ours or a program, not a person with a browser."""
    is_api = request.path.startswith("/api/") and not request.path.startswith("/api/docs/")
    return is_api or "application/json" in request.headers.get("Accept", "")
