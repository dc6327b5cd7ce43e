"""Hours worked, for payment: active time by person, campaign and day. No figure of speed, no ranking.

Active time is what the page counted from first paint to submit, less hidden tabs and pauses of more
than a minute; these are idle time, stated beside it. Every response counts, a changed answer too. A
day is a day of the person's own time zone, whoever looks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db import connection
from django.utils import timezone

from accounts.models import Project, User
from accounts.services.preferences import zone_of
from annotation.models import Campaign
from core.errors import InvalidInput

LONGEST = timedelta(days=366)
HOUR_MS = 3_600_000
# Time zones differ by quarters of an hour: sums of these are put into anybody's days.
BUCKETS = """
SELECT response.person_id, response.campaign_id,
    date_bin('15 minutes', response.created_at, TIMESTAMPTZ 'epoch'),
    count(*), sum(response.active_ms), sum(response.idle_ms)
FROM annotation_response response
WHERE response.created_at >= %(start)s AND response.created_at < %(end)s {whose}
GROUP BY 1, 2, 3
"""
OF_PERSON = "AND response.person_id = %(person)s"
OF_PROJECT = """AND response.campaign_id IN
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

    def covers(self, day: date) -> bool:
        """Whether the day is in it."""
        return self.first <= day <= self.last


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


def hours_in(project: Project, period: Period) -> list[HoursRow]:
    """Everybody's in a project, by name; those who left it too."""
    return _rows(period, OF_PROJECT, project=project.pk)


def totals(rows: Iterable[HoursRow]) -> list[HoursTotal]:
    """One sum per person, by name, in the order of the rows."""
    by_person: dict[int, list[HoursRow]] = defaultdict(list)
    for row in rows:
        by_person[row.person.pk].append(row)
    return [total(mine, mine[0].person) for mine in by_person.values()]


def total(rows: list[HoursRow], person: User | None = None) -> HoursTotal:
    """The sum of the rows."""
    return HoursTotal(
        person,
        sum(row.answers for row in rows),
        sum(row.active_ms for row in rows) / HOUR_MS,
        sum(row.idle_ms for row in rows) / HOUR_MS,
    )


def _day(text: str, name: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidInput("A day is written as 2026-03-31.", field=name) from None


def _rows(period: Period, whose: str, **ids: int) -> list[HoursRow]:
    # A day more at both ends: nobody's midnight is further from UTC's than that.
    start = datetime.combine(max(period.first, date(1, 1, 2)), time(), UTC) - timedelta(days=1)
    end = datetime.combine(min(period.last, date(9999, 12, 29)), time(), UTC) + timedelta(days=2)
    with connection.cursor() as cursor:
        cursor.execute(BUCKETS.format(whose=whose), {"start": start, "end": end, **ids})
        found = cursor.fetchall()
    people = User.objects.in_bulk({each[0] for each in found})
    campaigns = Campaign.objects.select_related("project").in_bulk({each[1] for each in found})
    zones = {pk: zone_of(person) for pk, person in people.items()}
    sums: dict[tuple[date, int, int], list[int]] = defaultdict(lambda: [0, 0, 0])
    for person, campaign, at, *counts in found:
        day = at.astimezone(zones[person]).date()
        if period.covers(day):
            held = sums[day, person, campaign]
            held[:] = [one + int(more) for one, more in zip(held, counts, strict=True)]
    rows = [HoursRow(day, people[p], campaigns[c], *held) for (day, p, c), held in sums.items()]
    return sorted(rows, key=lambda r: (str(r.person), r.person.pk, r.day, r.campaign.name))
