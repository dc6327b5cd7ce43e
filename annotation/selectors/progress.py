"""How far a person and a campaign are."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Avg, Count, QuerySet
from django.utils import timezone

from accounts.models import Membership, Role, User
from accounts.roles import HOLDERS, Right
from annotation.models import (
    Assignment,
    Campaign,
    Distribution,
    Item,
    ItemPurpose,
    ItemState,
    Response,
)
from annotation.selectors.kept_figures import kept

PART_KEPT_S = 60.0
# Per process: it is asked for with every answer, and nobody minds a minute's delay.
_parts: dict[int, tuple[float, int]] = {}
# Asked at every answer, where composing it by the ORM would cost more than running it.
DONE = """
SELECT count(*), count(*) FILTER (WHERE submitted_at >= %s) FROM annotation_assignment
WHERE person_id = %s AND campaign_id = %s AND submitted_at IS NOT NULL
"""
RECENT = timedelta(hours=1)
# Each count from an index that holds what it counts. The slots of the few copies are taken off: to join
# every slot to its item takes seconds at a million. Slots lie aside with their items only.
SLOTS = """
SELECT every.n - copies.n - aside.n, submitted.n - copies.submitted, leased.n - copies.leased,
    late.n, flags.n
FROM (SELECT count(*) AS n FROM annotation_assignment WHERE campaign_id = %(campaign)s) every,
    (SELECT count(*) AS n FROM annotation_assignment
     WHERE campaign_id = %(campaign)s AND state = 'submitted') submitted,
    (SELECT count(*) AS n FROM annotation_assignment
     WHERE campaign_id = %(campaign)s AND state = 'leased') leased,
    (SELECT count(*) AS n FROM annotation_assignment slot
     JOIN annotation_item item ON item.id = slot.item_id
     WHERE slot.campaign_id = %(campaign)s AND slot.state = 'leased' AND slot.lease_until < %(now)s
        AND item.purpose = 'work') late,
    (SELECT count(*) AS n, count(*) FILTER (WHERE slot.state = 'submitted') AS submitted,
        count(*) FILTER (WHERE slot.state = 'leased') AS leased
     FROM annotation_item item JOIN annotation_assignment slot ON slot.item_id = item.id
     WHERE item.campaign_id = %(campaign)s AND NOT item.purpose = 'work') copies,
    (SELECT count(*) AS n FROM annotation_item item
     JOIN annotation_assignment slot ON slot.item_id = item.id
     WHERE item.campaign_id = %(campaign)s AND item.purpose = 'work' AND item.state = 'aside'
        AND slot.state = 'aside') aside,
    (SELECT count(*) AS n FROM annotation_flag
     WHERE campaign_id = %(campaign)s AND state = 'open') flags
"""
SLOTS_OF_PEOPLE = """
SELECT person_id, count(*) FILTER (WHERE state = 'submitted'),
    count(*) FILTER (WHERE state = 'submitted' AND submitted_at >= %(recent)s),
    count(*) FILTER (WHERE state = 'leased'),
    extract(epoch FROM min(submitted_at) FILTER (WHERE state = 'submitted'))::float,
    extract(epoch FROM max(submitted_at) FILTER (WHERE state = 'submitted'))::float
FROM annotation_assignment
WHERE campaign_id = %(campaign)s AND person_id IS NOT NULL GROUP BY person_id
"""
# Median active seconds and idle share of first answers.
TIMES_OF_PEOPLE = """
SELECT person_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY active_ms) / 1000.0,
    sum(idle_ms)::float / NULLIF(sum(idle_ms) + sum(active_ms), 0)
FROM annotation_response
WHERE campaign_id = %(campaign)s AND replaces_id IS NULL GROUP BY person_id
"""


@dataclass(frozen=True)
class CampaignProgress:
    """Items by state, slots by state, open flags; ``slots`` counts the current rounds' too."""

    items: Mapping[str, int]
    submitted: int
    leased: int
    expired: int
    slots: int
    open_flags: int

    @property
    def item_count(self) -> int:
        """All items that are to be answered; those set aside are not."""
        return sum(self.items.values()) - self.aside

    @property
    def aside(self) -> int:
        """Items set aside."""
        return self.items.get(ItemState.ASIDE, 0)

    @property
    def finished(self) -> int:
        """Items that ask nobody for an answer now."""
        return self.item_count - self.items.get(ItemState.OPEN, 0)


def campaign_progress(campaign: Campaign) -> CampaignProgress:
    """A few counts, each from one index; of a large campaign within a minute."""
    found = kept(campaign, "progress", lambda: asdict(_counted(campaign)))
    return CampaignProgress(**found)


def _counted(campaign: Campaign) -> CampaignProgress:
    work = Item.objects.filter(campaign=campaign, purpose=ItemPurpose.WORK)
    with connection.cursor() as cursor:
        cursor.execute(SLOTS, {"campaign": campaign.pk, "now": timezone.now()})
        slots, submitted, leased, expired, flags = cursor.fetchone()
    return CampaignProgress(dict(_by_state(work)), submitted, leased, expired, slots, flags)


def _by_state(rows: QuerySet[Any]) -> Counter[str]:
    return Counter(dict(rows.order_by().values_list("state").annotate(n=Count("*"))))


def person_progress(person: User, campaign: Campaign) -> dict[str, int]:
    """The person's answered items, today's, and a fair part of the campaign as the aim."""
    with connection.cursor() as cursor:
        cursor.execute(DONE, [midnight(), person.pk, campaign.pk])
        return progress_from(campaign, *cursor.fetchone())


def progress_from(campaign: Campaign, done: int, today: int) -> dict[str, int]:
    """The same of what is counted already."""
    return {"done": done, "today": today, "total": max(done, fair_part(campaign))}


def midnight() -> datetime:
    """Since when answers are of today."""
    return timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)


def fair_part(campaign: Campaign) -> int:
    """How many items each person would answer if all did the same; kept for a minute."""
    until, part = _parts.get(campaign.pk, (0.0, 0))
    if time.monotonic() < until:
        return part
    if campaign.distribution == Distribution.SESSIONS:
        return _keep(campaign, -(-_slots(campaign) // max(1, campaign.session_count)))
    items = Item.objects.filter(campaign=campaign, purpose=ItemPurpose.WORK).count()
    people = max(1, len(people_who_may_work(campaign)))
    return _keep(campaign, min(items, -(-items * campaign.overlap // people)))


def _slots(campaign: Campaign) -> int:
    return Assignment.objects.filter(campaign=campaign, session__isnull=False).count()


def _keep(campaign: Campaign, part: int) -> int:
    _parts[campaign.pk] = (time.monotonic() + PART_KEPT_S, part)
    return part


def people_who_may_work(campaign: Campaign) -> list[int]:
    """Ids of the pool, or of everybody who may answer in the project."""
    able = Membership.objects.filter(
        project_id=campaign.project_id, role__in=HOLDERS[Right.ANNOTATE]
    )
    pool = Campaign.pool.through.objects.filter(campaign_id=campaign.pk).values("user_id")
    chosen = list(pool.values_list("user_id", flat=True))
    if chosen:
        able = able.filter(user_id__in=chosen)
    return sorted(set(able.values_list("user_id", flat=True)))


def experts_of(campaign: Campaign, *, with_leads: bool = False) -> list[int]:
    """Ids of the pool, or of the project's experts: to whom sessions are dealt. ``with_leads``:
    everybody who may answer."""
    if with_leads or campaign.pool.exists():
        return people_who_may_work(campaign)
    experts = Membership.objects.filter(
        project_id=campaign.project_id, role=Role.EXPERT, user__is_active=True
    )
    return sorted(set(experts.values_list("user_id", flat=True)))


@dataclass(frozen=True)
class PersonInCampaign:
    """One person's part in a campaign. Seconds are active time per answer; no ranking by it."""

    person: User
    submitted: int
    last_hour: int
    held: int
    median_s: float | None
    idle_share: float | None
    first_at: datetime | None
    last_at: datetime | None


def people_in(campaign: Campaign) -> list[PersonInCampaign]:
    """Everybody who has or had a slot, by name; of a large campaign within a minute."""
    figures = {row[0]: row[1:] for row in kept(campaign, "people", lambda: _people(campaign))}
    people = User.objects.filter(pk__in=figures).order_by("name", "pk")
    return [_person(person, *figures[person.pk]) for person in people]


def _person(
    person: User, submitted: int, recent: int, held: int, median: float | None,
    idle: float | None, first: float | None, last: float | None,
) -> PersonInCampaign:  # fmt: skip
    moments = _moment(first), _moment(last)
    return PersonInCampaign(person, submitted, recent, held, median, idle, *moments)


def _people(campaign: Campaign) -> list[tuple[Any, ...]]:
    """Per person the figures of `PersonInCampaign`, moments in seconds since 1970."""
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"campaign": campaign.pk, "recent": timezone.now() - RECENT}
        cursor.execute(SLOTS_OF_PEOPLE, values)
        slots = cursor.fetchall()
        cursor.execute(TIMES_OF_PEOPLE, values)
        times = {person: (median, idle) for person, median, idle in cursor.fetchall()}
    return [
        (person, submitted, recent, held, *times.get(person, (None, None)), first, last)
        for person, submitted, recent, held, first, last in slots
    ]


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def seconds_per_answer(campaign: Campaign) -> float | None:
    """The mean active time of the campaign's answers so far; None before the first."""
    found: dict[str, Any] = Response.objects.filter(
        assignment__campaign=campaign, replaces__isnull=True
    ).aggregate(mean=Avg("active_ms"))
    return None if found["mean"] is None else float(found["mean"]) / 1000
