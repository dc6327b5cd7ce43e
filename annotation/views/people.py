"""One person of a project, as leads and curators see them; everybody's profile as a file."""

from __future__ import annotations

import csv

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Profile, Project, Role
from accounts.roles import Right
from accounts.selectors.people import Member, member_of, members_of
from accounts.selectors.profiles import profile_of, profiles_of
from accounts.services.memberships import NOT_IN
from accounts.views.page import ProjectRequest, page
from annotation.selectors.hours import hours_of, this_month, total
from annotation.selectors.people import training_of, work_by_type
from core.csv_cells import neutral_cell
from core.errors import NotFound

MOST_ROUNDS = 50
HEAD = ("person", "address", "roles", "years", "specialities", "more", "languages", "credit",
        "pseudonym", "consent_version", "consent_at")  # fmt: skip


@require_safe
@page(Right.SEE_PEOPLE)
def person(request: ProjectRequest, project: Project, person_id: int) -> HttpResponse:
    """Roles, profile, hours of this month, items by type."""
    member = member_of(project, person_id)
    if member is None:
        raise NotFound(NOT_IN)
    period = this_month(member.person)
    hours = [row for row in hours_of(member.person, period) if row.campaign.project == project]
    context = {
        "person": member.person,
        "roles": [Role(role).label for role in member.roles],
        "profile": profile_of(member.person),
        "period": period,
        "hours": total(hours),
        "work": work_by_type(project, member.person),
        "rounds": training_of(project, member.person)[:MOST_ROUNDS],
    }
    return render(request, "annotation/person.html", context)


@require_safe
@page(Right.MANAGE_PEOPLE)
def people_csv(request: ProjectRequest, project: Project) -> HttpResponse:
    """Everybody with their profile, by name."""
    members = members_of(project)
    profiles = profiles_of([each.person.pk for each in members])
    response = HttpResponse(content_type="text/csv")
    response["Content-Disposition"] = f'attachment; filename="people-{project.slug}.csv"'
    writer = csv.writer(response)
    writer.writerow(HEAD)
    for member in members:
        writer.writerow(_cells(member, profiles.get(member.person.pk)))
    return response


def _cells(member: Member, told: Profile | None) -> list[str | int | None]:
    known = told or Profile()
    words = (
        member.person.name, member.person.email, ", ".join(member.roles),
    )  # fmt: skip
    more = (", ".join(known.specialities), known.more, known.languages, known.credit,
            known.pseudonym)  # fmt: skip
    agreed = known.consent_at.isoformat() if known.consent_at else ""
    return [
        *map(neutral_cell, words), known.years, *map(neutral_cell, more), known.consent_version,
        agreed,
    ]  # fmt: skip
