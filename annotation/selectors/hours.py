"""Hours worked, for payment: active time by person, campaign and day. No figure of speed, no ranking.

Active time is what the page counted from first paint to submit, less hidden tabs and pauses of more
than a minute; these are idle time, stated beside it. Every response counts, a changed answer too. A
day is a day of the person's own time zone, whoever looks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone

from accounts.models import Project, User
from accounts.services.preferences import zone_of
from annotation.models import Campaign
from core.errors import InvalidInput

LONGEST = timedelta(days=366)
HOUR_MS = 3_600_000
# Put into days where the answers lie; each person's days begin at the midnights of their own time zone.
DAYS = """
SELECT response.person_id, response.campaign_id,
    width_bucket(response.created_at, %(midnights)s::timestamptz[]),
    count(*), sum(response.active_ms), sum(response.idle_ms)
FROM annotation_response response
WHERE response.created_at >= %(start)s AND response.created_at < %(end)s {whose}
GROUP BY 1, 2, 3
"""
SUMS = """
SELECT response.person_id, count(*), sum(response.active_ms), sum(response.idle_ms)
FROM annotation_response response
WHERE response.created_at >= %(start)s AND response.created_at < %(end)s {whose}
GROUP BY 1
"""
THERE = " AND response.person_id = ANY(%(people)s::bigint[])"
ELSEWHERE = " AND response.person_id <> ALL(%(people)s::bigint[])"
OF_PERSON = " AND response.person_id = %(person)s"
OF_PROJECT = """ AND response.campaign_id IN
    (SELECT id FROM annotation_campaign WHERE project_id = %(project)s)"""


@dataclass(frozen=True)
class Period:
    """From the first to the last day, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise InvalidInput("The last day lies before the first one.", field="to")
        if self.last - self.first > LONGEST:
            raise InvalidInput("Ask for a year at most.", field="from")


@dataclass(frozen=True)
class HoursRow:
    """What one person worked on one campaign on one of their days; times in milliseconds."""

    day: date
    person: User
    campaign: Campaign
    answers: int
    active_ms: int
    idle_ms: int

    @property
    def active_hours(self) -> float:
        """Active time in hours."""
        return self.active_ms / HOUR_MS

    @property
    def idle_hours(self) -> float:
        """Idle time in hours."""
        return self.idle_ms / HOUR_MS


@dataclass(frozen=True)
class HoursTotal:
    """Sums over rows; ``person`` is None for all of them."""

    person: User | None
    answers: int
    active_hours: float
    idle_hours: float


def this_month(person: User) -> Period:
    """From the first of the month until today, in the person's time zone."""
    today = timezone.now().astimezone(zone_of(person)).date()
    return Period(today.replace(day=1), today)


def parse_period(first: str, last: str, person: User) -> Period:
    """Two days as YYYY-MM-DD; an empty one is that of the present month."""
    usual = this_month(person)
    start = _day(first, "from") or usual.first
    return Period(start, _day(last, "to") or max(usual.last, start))


def hours_of(person: User, period: Period) -> list[HoursRow]:
    """One person's, in all projects."""
    return _rows(period, OF_PERSON, person=person.pk)


def hours_in(project: Project, period: Period, person_id: int | None = None) -> list[HoursRow]:
    """Everybody's in a project or one person's, by name; those who left it too."""
    if person_id is None:
        return _rows(period, OF_PROJECT, project=project.pk)
    return _rows(period, OF_PROJECT + OF_PERSON, project=project.pk, person=person_id)


def totals_in(project: Project, period: Period) -> list[HoursTotal]:
    """One sum per person of the project, by name."""
    found = _found(SUMS, period, OF_PROJECT, {"project": project.pk})
    sums = {person: figures for _, (person, *figures) in found}
    rows = User.objects.filter(pk__in=sums)
    return [
        HoursTotal(row, sums[row.pk][0], *(int(ms) / HOUR_MS for ms in sums[row.pk][1:]))
        for row in sorted(rows, key=lambda row: (str(row), row.pk))
    ]


def total(rows: Iterable[HoursRow | HoursTotal]) -> HoursTotal:
    """The sum of the rows."""
    every = list(rows)
    return HoursTotal(
        None,
        sum(row.answers for row in every),
        sum(row.active_hours for row in every),
        sum(row.idle_hours for row in every),
    )


def _day(text: str, name: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidInput("A day is written as 2026-03-31.", field=name) from None


def _rows(period: Period, whose: str, **ids: int) -> list[HoursRow]:
    found = [
        (person, campaign, days[at - 1], int(n), int(active), int(idle))
        for days, (person, campaign, at, n, active, idle) in _found(DAYS, period, whose, ids)
    ]
    people = User.objects.in_bulk({each[0] for each in found})
    campaigns = Campaign.objects.select_related("project").in_bulk({each[1] for each in found})
    names = {pk: str(person) for pk, person in people.items()}
    found.sort(key=lambda each: (names[each[0]], each[0], each[2], campaigns[each[1]].name))
    return [HoursRow(day, people[p], campaigns[c], *sums) for p, c, day, *sums in found]


def _found(
    statement: str, period: Period, whose: str, ids: dict[str, int]
) -> Iterator[tuple[list[date], tuple[Any, ...]]]:
    """The rows of a statement, with the days of the period; asked for each time zone."""
    first, last = max(period.first, date(1, 1, 2)), min(period.last, date(9999, 12, 29))
    days = [first + timedelta(days=at) for at in range((last - first).days + 1)]
    zones = _zones()
    others = [person for there in zones.values() for person in there]
    asked = [(ZoneInfo("UTC"), ELSEWHERE, others)]
    asked += [(zone, THERE, there) for zone, there in zones.items()]
    for zone, who, people in asked:
        ends = [datetime.combine(day, time(), zone) for day in [*days, last + timedelta(days=1)]]
        values: dict[str, Any] = {
            "midnights": ends, "start": ends[0], "end": ends[-1], "people": people, **ids
        }  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(statement.format(whose=whose + who), values)
            yield from ((days, row) for row in cursor.fetchall())


def _zones() -> dict[ZoneInfo, list[int]]:
    """Who has days that are not UTC's, by time zone."""
    rows = User.objects.filter(preferences__has_key="time_zone").only("preferences")
    found: dict[ZoneInfo, list[int]] = defaultdict(list)
    for person in rows.exclude(preferences__time_zone="UTC"):
        found[zone_of(person)].append(person.pk)
    return found
