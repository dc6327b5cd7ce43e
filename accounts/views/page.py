"""The doors of pages: signed in, in the project, with the right. Every page goes through one."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, TypeAlias, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import resolve_url
from django.utils.cache import patch_cache_control
from django_htmx.http import HttpResponseClientRedirect

from accounts.models import Project, User
from accounts.roles import Right, require
from accounts.selectors.projects import project_for
from core.errors import NotAllowed
from core.web.problems import as_json, wants_json

SIGN_IN_FIRST = "You are signed out. Sign in again; nothing was changed."


class PersonRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: User


class ProjectRequest(PersonRequest):
    """A request for a page of a project the person is in."""

    project: Project


PersonPage: TypeAlias = Callable[Concatenate[PersonRequest, ...], HttpResponseBase]
ProjectPage: TypeAlias = Callable[Concatenate[ProjectRequest, Project, ...], HttpResponseBase]
Door: TypeAlias = Callable[Concatenate[HttpRequest, ...], HttpResponseBase]


def signed_in(view: PersonPage) -> Door:
    """Let only signed-in people through; others are sent to sign in and come back afterwards."""

    @wraps(view)
    def guarded(request: HttpRequest, /, **parts: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _send_to_sign_in(request)
        response = view(cast("PersonRequest", request), **parts)
        if not response.has_header("Cache-Control"):
            # What a person saw must not come out of a shared browser after signing out.
            patch_cache_control(response, private=True, no_cache=True)
        return response

    return guarded


def page(right: Right) -> Callable[[ProjectPage], Door]:
    """A page of a project, for people with the right: ``view(request, project, **url_parts)``.

    The address is ``p/<slug:slug>/...``. Strangers get 404, members without the right 403.
    """

    def decorate(view: ProjectPage) -> Door:
        @signed_in
        @wraps(view)
        def guarded(request: PersonRequest, /, slug: str, **parts: Any) -> HttpResponseBase:
            project = project_for(request.user, slug)
            asked = cast("ProjectRequest", request)
            asked.project = project
            require(request.user, right, project)
            return view(asked, project, **parts)

        return guarded

    return decorate


def _send_to_sign_in(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        # Following a redirect inside a fragment would put the sign-in page into the page.
        back = _path_of(request.headers.get("HX-Current-URL", ""))
        there = redirect_to_login(back, resolve_url(settings.LOGIN_URL)).url
        return HttpResponseClientRedirect(there)
    if wants_json(request):
        return JsonResponse(as_json(NotAllowed(SIGN_IN_FIRST, code="signed_out")), status=401)
    back = request.get_full_path() if request.method in ("GET", "HEAD") else "/"
    return redirect_to_login(back, resolve_url(settings.LOGIN_URL))


def _path_of(address: str) -> str:
    _, _, rest = address.partition("://")
    _, slash, path = rest.partition("/")
    return slash + path or "/"
