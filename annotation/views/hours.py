"""Hours worked, for payment: one's own, and everybody's of a project for leads and curators."""

from __future__ import annotations

import csv
from datetime import timedelta
from typing import Any
from zoneinfo import available_timezones

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Project, User
from accounts.roles import Right
from accounts.services.preferences import change_preferences, preferences_of, zone_of
from accounts.views.page import PersonRequest, ProjectRequest, page, signed_in
from annotation.selectors.hours import (
    HoursRow,
    Period,
    hours_in,
    hours_of,
    parse_period,
    this_month,
    total,
    totals_in,
)
from core.csv_cells import neutral_cell
from core.errors import InvalidInput

SHOWN = 400  # lines of days; the file has all
A_MONTH = timedelta(days=31)
HEAD = ("day", "person", "address", "time_zone", "project", "campaign", "answers",
        "active_hours", "active_ms", "idle_hours", "idle_ms")  # fmt: skip


@require_safe
@signed_in
def my_hours(request: PersonRequest) -> HttpResponse:
    """What I worked in a period, by day and campaign."""
    period, problem = _period(request)
    rows = hours_of(request.user, period)
    context = _context(rows, period, problem) | {
        "time_zone": preferences_of(request.user).time_zone,
        "time_zones": sorted(available_timezones()),
    }
    return render(request, "annotation/my_hours.html", context, status=400 if problem else 200)


@require_safe
@signed_in
def my_hours_csv(request: PersonRequest) -> HttpResponse:
    """The same as a file."""
    period = parse_period(request.GET.get("from", ""), request.GET.get("to", ""), request.user)
    return _csv(hours_of(request.user, period), "my-hours", period)


@require_POST
@signed_in
def set_time_zone(request: PersonRequest) -> HttpResponse:
    """Where my days begin."""
    try:
        change_preferences(person=request.user, given={"time_zone": request.POST.get("time_zone")})
    except InvalidInput as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Saved. Your days are counted in this time zone.")
    return redirect("annotation:my-hours")


@require_safe
@page(Right.SEE_PEOPLE)
def project_hours(request: ProjectRequest, project: Project) -> HttpResponse:
    """What everybody worked in the project, by name; never by speed. The days of a longer period are
    those of one person."""
    period, problem = _period(request)
    sums = totals_in(project, period)
    found = (each.person for each in sums if _is_asked_for(request, each.person))
    chosen = next(found, None)
    has_days = chosen is not None or period.last - period.first <= A_MONTH
    rows = hours_in(project, period, None if chosen is None else chosen.pk) if has_days else []
    context = _context(rows, period, problem) | {
        "totals": sums, "sum": total(sums), "chosen": chosen, "has_days": has_days
    }  # fmt: skip
    return render(request, "annotation/hours.html", context, status=400 if problem else 200)


def _is_asked_for(request: ProjectRequest, person: User | None) -> bool:
    return person is not None and request.GET.get("person") == str(person.pk)


@require_safe
@page(Right.SEE_PEOPLE)
def project_hours_csv(request: ProjectRequest, project: Project) -> HttpResponse:
    """The same as a file."""
    period = parse_period(request.GET.get("from", ""), request.GET.get("to", ""), request.user)
    return _csv(hours_in(project, period), f"hours-{project.slug}", period)


def _period(request: PersonRequest) -> tuple[Period, str]:
    given = request.GET.get("from", ""), request.GET.get("to", "")
    try:
        return parse_period(*given, request.user), ""
    except InvalidInput as error:
        return this_month(request.user), str(error)


def _context(rows: list[HoursRow], period: Period, problem: str) -> dict[str, Any]:
    return {
        "rows": rows[:SHOWN], "more": len(rows) > SHOWN and len(rows), "shown": SHOWN,
        "period": period, "problem": problem, "sum": total(rows),
    }  # fmt: skip


def _csv(rows: list[HoursRow], name: str, period: Period) -> HttpResponse:
    response = HttpResponse(content_type="text/csv")
    file = f"{name}-{period.first}-{period.last}.csv"
    response["Content-Disposition"] = f'attachment; filename="{file}"'
    writer = csv.writer(response)
    writer.writerow(HEAD)
    zones = {row.person.pk: zone_of(row.person).key for row in rows}
    for row in rows:
        words = (str(row.person), row.person.email, zones[row.person.pk],
                 row.campaign.project.name, row.campaign.name)  # fmt: skip
        figures = (row.answers, f"{row.active_hours:.4f}", row.active_ms, f"{row.idle_hours:.4f}",
                   row.idle_ms)  # fmt: skip
        writer.writerow([row.day.isoformat(), *map(neutral_cell, words), *figures])
    return response
