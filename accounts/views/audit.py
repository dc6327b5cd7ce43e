"""The audit log of a project, and the history of one object of it."""

from __future__ import annotations

import re
from datetime import date

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Project, User
from accounts.roles import Right
from accounts.selectors.trail import Asked, actors_of, entries_of, verbs_of
from accounts.services.preferences import zone_of
from accounts.views.page import ProjectRequest, page
from core.errors import InvalidInput
from core.web.paging import newest_first
from core.web.queries import refuse_unknown

TARGET = re.compile(r"[a-z]{1,40}/[0-9a-f-]{1,40}")
SIZE = 100
NAMES = {"verb", "person", "object", "from", "to", "before", "after"}


@require_safe
@page(Right.SEE_AUDIT)
def audit_log(request: ProjectRequest, project: Project) -> HttpResponse:
    """Who did what, newest first, by verb, person, object and day."""
    refuse_unknown(request.GET, NAMES)
    verbs = verbs_of(project)
    asked = _parse(request.GET, verbs, request.user)
    context = {
        "page": newest_first(entries_of(project, asked), request, size=SIZE),
        "verbs": verbs,
        "asked": asked,
        "is_filtered": bool(NAMES & {name for name in request.GET if request.GET[name]}),
        "actors": actors_of(project),
        "person": request.GET.get("person", ""),
    }
    return render(request, "accounts/audit.html", context)


def _parse(given: QueryDict, verbs: list[str], reader: User) -> Asked:
    verb, person = given.get("verb", ""), given.get("person", "")
    if person and not (person.isascii() and person.isdigit() and len(person) < 19):
        raise InvalidInput("person must be a whole number.", field="person")
    if verb and verb not in verbs:
        raise InvalidInput("There is no such verb in this log.", field="verb")
    target = given.get("object", "")
    if target and not TARGET.fullmatch(target):
        raise InvalidInput("An object is written as campaign/3.", field="object")
    return Asked(
        verb, int(person) if person else None, target, _day(given, "from"), _day(given, "to"),
        zone_of(reader),
    )  # fmt: skip


def _day(given: QueryDict, name: str) -> date | None:
    text = given.get(name, "")
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        day = date.min
    if day is not None and not 1900 < day.year < 2200:
        raise InvalidInput("A day is written as 2026-03-31.", field=name)
    return day
