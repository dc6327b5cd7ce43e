"""The audit log of a project."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Project
from accounts.roles import Right
from accounts.selectors.trail import actors_of, entries_of, verbs_of
from accounts.views.page import ProjectRequest, page
from core.errors import InvalidInput
from core.web.paging import newest_first
from core.web.queries import refuse_unknown


@require_safe
@page(Right.SEE_AUDIT)
def audit_log(request: ProjectRequest, project: Project) -> HttpResponse:
    """Who did what, newest first, by verb and person."""
    refuse_unknown(request.GET, {"verb", "person", "before", "after"})
    verb, person = request.GET.get("verb", ""), request.GET.get("person", "")
    if person and not (person.isascii() and person.isdigit() and len(person) < 19):
        raise InvalidInput("person must be a whole number.", field="person")
    verbs = verbs_of(project)
    if verb and verb not in verbs:
        raise InvalidInput("There is no such verb in this log.", field="verb")
    rows = entries_of(project, verb=verb, person_id=int(person) if person else None)
    context = {
        "page": newest_first(rows, request),
        "verbs": verbs,
        "verb": verb,
        "actors": actors_of(project),
        "person": person,
    }
    return render(request, "accounts/audit.html", context)
