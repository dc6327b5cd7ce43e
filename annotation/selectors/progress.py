"""How far a person and a campaign are."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Avg, Count, Max, Min, Q, QuerySet
from django.utils import timezone

from accounts.models import Membership, Role, User
from accounts.roles import HOLDERS, Right
from annotation.models import (
    Assignment,
    AssignmentState,
    Campaign,
    Distribution,
    Flag,
    Item,
    ItemPurpose,
    ItemState,
    Response,
)

PART_KEPT_S = 60.0
# Per process: it is asked for with every answer, and nobody minds a minute's delay.
_parts: dict[int, tuple[float, int]] = {}
# Asked at every answer, where composing it by the ORM would cost more than running it.
DONE = """
SELECT count(*), count(*) FILTER (WHERE submitted_at >= %s) FROM annotation_assignment
WHERE person_id = %s AND campaign_id = %s AND submitted_at IS NOT NULL
"""
RECENT = timedelta(hours=1)


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
    """A few counts, each from one index or one table, however many items there are."""
    work = Item.objects.filter(campaign=campaign, purpose=ItemPurpose.WORK)
    every = Assignment.objects.filter(campaign=campaign)
    # All slots less those of the few copies: to join every slot to its item takes seconds at a million.
    slots = _by_state(every) - _by_state(every.exclude(item__purpose=ItemPurpose.WORK))
    late = every.filter(
        state=AssignmentState.LEASED, lease_until__lt=timezone.now(), item__purpose=ItemPurpose.WORK
    )
    return CampaignProgress(
        items=dict(_by_state(work)), open_flags=Flag.objects.filter(
            campaign=campaign, state="open").count(),
        submitted=slots[AssignmentState.SUBMITTED], leased=slots[AssignmentState.LEASED],
        expired=late.count(), slots=slots.total() - slots[AssignmentState.ASIDE],
    )  # fmt: skip


def _by_state(rows: QuerySet[Any]) -> Counter[str]:
    return Counter(dict(rows.order_by().values_list("state").annotate(n=Count("*"))))


def person_progress(person: User, campaign: Campaign) -> dict[str, int]:
    """The person's answered items, today's, and a fair part of the campaign as the aim."""
    today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(DONE, [today, person.pk, campaign.pk])
        done, of_today = cursor.fetchone()
    return {"done": done, "today": of_today, "total": max(done, fair_part(campaign))}


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
    """Everybody who has or had a slot, by name."""
    now = timezone.now()
    mine = Q(assignments__campaign=campaign)
    done = mine & Q(assignments__state=AssignmentState.SUBMITTED)
    rows = (
        User.objects.filter(mine)
        .annotate(
            submitted=Count("assignments", filter=done),
            last_hour=Count(
                "assignments", filter=done & Q(assignments__submitted_at__gte=now - RECENT)
            ),
            held=Count("assignments", filter=mine & Q(assignments__state=AssignmentState.LEASED)),
            first_at=Min("assignments__submitted_at", filter=done),
            last_at=Max("assignments__submitted_at", filter=done),
        )
        .order_by("name", "pk")
    )
    times = _times(campaign)
    return [
        PersonInCampaign(
            row, row.submitted, row.last_hour, row.held, *times.get(row.pk, (None, None)),
            row.first_at, row.last_at,
        )
        for row in rows
    ]  # fmt: skip


def _times(campaign: Campaign) -> dict[int, tuple[float | None, float | None]]:
    """Median active seconds and idle share per person, from first answers."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT response.person_id,
                percentile_cont(0.5) WITHIN GROUP (ORDER BY response.active_ms) / 1000.0,
                sum(response.idle_ms)::float
                    / NULLIF(sum(response.idle_ms) + sum(response.active_ms), 0)
            FROM annotation_response response
            JOIN annotation_assignment slot ON slot.id = response.assignment_id
            WHERE slot.campaign_id = %s AND response.replaces_id IS NULL
            GROUP BY response.person_id
            """,
            [campaign.pk],
        )
        return {person: (median, idle) for person, median, idle in cursor.fetchall()}


def seconds_per_answer(campaign: Campaign) -> float | None:
    """The mean active time of the campaign's answers so far; None before the first."""
    found: dict[str, Any] = Response.objects.filter(
        assignment__campaign=campaign, replaces__isnull=True
    ).aggregate(mean=Avg("active_ms"))
    return None if found["mean"] is None else float(found["mean"]) / 1000
