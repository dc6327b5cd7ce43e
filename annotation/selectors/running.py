"""What those who run campaigns look at while people work: hands, pace, sessions, who is kept out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.utils import timezone

from accounts.models import Project, User
from annotation.models import (
    Assignment,
    AssignmentState,
    Campaign,
    CampaignState,
    DraftRequest,
    Flag,
    FlagState,
    ItemPurpose,
    RequestState,
    WorkSession,
)
from annotation.selectors.kept_figures import are_at_hand, is_large, kept
from annotation.selectors.progress import campaign_progress, people_who_may_work
from core.errors import NotFound
from core.models import Job, JobState
from measures.statistics.forecast import Forecast, forecast
from measures.statistics.known import Known, NotKnown

DAYS = 14  # of the pace
DAY_S = 86_400
ACTIVE = timedelta(minutes=15)
RECENT_FAILURES = timedelta(days=7)

# Whole days back from now, so that this morning is no slow day.
BY_DAY = """
SELECT floor(extract(epoch FROM %(now)s - response.created_at) / 86400)::int AS day, count(*)
FROM annotation_response response
WHERE response.campaign_id = %(campaign)s AND response.created_at > %(start)s
    AND response.replaces_id IS NULL
GROUP BY 1
"""
SPENT = """
SELECT coalesce(sum(active_ms), 0) / 3600000.0::float, extract(epoch FROM min(created_at))::float,
    avg(active_ms::float) FILTER (WHERE replaces_id IS NULL) / 1000
FROM annotation_response WHERE campaign_id = %s
"""
PLACES = """
SELECT session.number, slot.order_key, slot.item_id, item.photo_id, slot.state
FROM annotation_assignment slot
JOIN annotation_worksession session ON session.id = slot.session_id
JOIN annotation_item item ON item.id = slot.item_id
WHERE slot.campaign_id = %s AND slot.round = 1
ORDER BY session.number, slot.order_key
"""


@dataclass(frozen=True)
class Pace:
    """Answers of a day, what is left, and when it will be done; hours are of all experts together."""

    days_seen: int
    left: int
    hours_spent: float
    hours_left: float | None
    forecast: Forecast | None
    not_known: str

    def as_data(self) -> dict[str, Any]:
        """In the API's terms."""
        known = self.forecast
        return {
            "answers_a_day": known.a_day if known else None, "days_seen": self.days_seen,
            "left": self.left, "days_left": known.days if known else None,
            "days_least": known.least if known else None,
            "days_most": known.most if known else None, "hours_spent": self.hours_spent,
            "hours_left": self.hours_left, "not_known": self.not_known,
        }  # fmt: skip


def pace_of(campaign: Campaign, left: int) -> Pace:
    """``left``: answers that are still asked for. Of a large campaign within a minute."""
    (spent, began, seconds), days = kept(campaign, "pace", lambda: _pace(campaign))
    counts = dict(days)
    seen = 0 if began is None else min(DAYS, int((timezone.now().timestamp() - began) // DAY_S))
    hours = None if seconds is None else left * seconds / 3600
    match forecast([counts.get(day, 0) for day in range(seen)], left):
        case Known(found):
            return Pace(seen, left, spent, hours, found, "")
        case NotKnown() as reason:
            return Pace(seen, left, spent, hours, None, str(reason))


def _pace(campaign: Campaign) -> tuple[Any, list[Any]]:
    """Hours spent, the first answer's moment in seconds, seconds an answer; answers by day."""
    now = timezone.now()
    values: dict[str, Any] = {
        "now": now, "campaign": campaign.pk, "start": now - timedelta(days=DAYS)
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(SPENT, [campaign.pk])
        sums = cursor.fetchone()
        cursor.execute(BY_DAY, values)
        return sums, cursor.fetchall()


def leases_of(campaign: Campaign) -> QuerySet[Assignment]:
    """What is in somebody's hands, with ``is_expired``; what ran out first comes first."""
    late = Case(
        When(lease_until__lt=timezone.now(), then=Value(True)), default=Value(False),
        output_field=BooleanField(),
    )  # fmt: skip
    rows = Assignment.objects.filter(campaign=campaign, state=AssignmentState.LEASED)
    return rows.annotate(is_expired=late).select_related("person").order_by("lease_until", "pk")


def lease_in(campaign: Campaign, assignment_id: int) -> Assignment:
    """A slot of the campaign; one of another is `NotFound`."""
    rows = Assignment.objects.select_related("campaign__project")
    found = rows.filter(pk=assignment_id, campaign=campaign).first()
    if found is None:
        raise NotFound("There is no such item in this campaign.")
    return found


@dataclass(frozen=True)
class SessionProgress:
    """A session with its counts."""

    session: WorkSession
    number: int
    person: User | None
    person_id: int | None
    items: int
    answered: int
    held: int


def sessions_of(campaign: Campaign) -> list[SessionProgress]:
    """The campaign's sessions in order; one aggregate."""
    first = Q(assignments__round=1)
    done = first & Q(assignments__state=AssignmentState.SUBMITTED)
    rows = WorkSession.objects.filter(campaign=campaign).select_related("person").annotate(
        items=Count("assignments", filter=first), answered=Count("assignments", filter=done),
        held=Count("assignments", filter=Q(assignments__state=AssignmentState.LEASED)),
    )  # fmt: skip
    return [
        SessionProgress(
            row, row.number, row.person, row.person_id, row.items, row.answered, row.held
        )
        for row in rows.order_by("number")
    ]


def session_in(campaign: Campaign, number: int) -> WorkSession:
    """One of them."""
    found = WorkSession.objects.filter(campaign=campaign, number=number).first()
    if found is None:
        raise NotFound("There is no such session in this campaign.")
    return found


def places_of(campaign: Campaign) -> Iterator[tuple[int, int, int, int, str]]:
    """The plan: session, place, item, photo, state."""
    with connection.cursor() as cursor:
        cursor.execute(PLACES, [campaign.pk])
        yield from cursor.fetchall()


def people_to_choose(campaign: Campaign) -> QuerySet[User]:
    """To whom a session may be given, by name."""
    return User.objects.filter(pk__in=people_who_may_work(campaign)).order_by("name", "pk")


def kept_out(campaign: Campaign) -> list[tuple[User, str]]:
    """Who is in the pool or has a session and may not work, and why."""
    able = set(people_who_may_work(campaign))
    wanted = Q(campaign_pools=campaign) | Q(
        pk__in=campaign.sessions.exclude(person=None).values("person")
    )
    rows = User.objects.filter(wanted).exclude(pk__in=able).distinct().order_by("name", "pk")
    members = set(campaign.project.memberships.values_list("user", flat=True))
    return [(row, _why_out(row, members)) for row in rows]


def _why_out(person: User, members: set[int]) -> str:
    if not person.is_active:
        return "their account is closed"
    if person.pk not in members:
        return "they left the project"
    return "they are no expert or lead of the project, or not in the campaign's pool"


@dataclass(frozen=True)
class CampaignNow:
    """An open campaign at this moment."""

    campaign: Campaign
    open_items: int
    waiting: int
    held: int
    expired: int
    items: int
    finished: int
    flags: int


@dataclass(frozen=True)
class Now:
    """A project at this moment; ``failed_jobs`` of the last week."""

    campaigns: list[CampaignNow]
    active: list[User]
    drafts_waiting: int
    open_flags: int
    failed_jobs: int
    waiting_jobs: int
    oldest_job: datetime | None

    @property
    def at_work(self) -> int:
        """How many people."""
        return len(self.active)

    @property
    def is_about(self) -> bool:
        """Whether a campaign is so large that it is counted once a minute."""
        return any(is_large(each.campaign) for each in self.campaigns)


def is_now_at_hand(project: Project) -> bool:
    """Whether `now_in` is had at once."""
    return are_at_hand(_running(project), ["progress"])


def _running(project: Project) -> QuerySet[Campaign]:
    return Campaign.objects.filter(project=project, state=CampaignState.OPEN).order_by("-pk")


def now_in(project: Project) -> Now:
    """What waits, what is in hands, who works, what is to be looked at."""
    running = _running(project)
    recent = timezone.now() - ACTIVE
    # By person, each a look into an index; as a join it would read all slots of the project.
    theirs = Assignment.objects.filter(person=OuterRef("pk"), campaign__project=project)
    busy = Q(Exists(theirs.filter(submitted_at__gte=recent))) | Q(
        Exists(theirs.filter(state=AssignmentState.LEASED, lease_until__gt=timezone.now()))
    )
    jobs = Job.objects.filter(scope=project.scope)
    now = timezone.now()
    queued = jobs.filter(state=JobState.QUEUED).exclude(not_before__gt=now).aggregate(
        n=Count("pk"), oldest=Min("created_at")
    )  # fmt: skip
    waiting = [RequestState.WAITING, RequestState.RUNNING]
    return Now(
        campaigns=[_campaign_now(row) for row in running],
        active=list(
            User.objects.filter(busy, memberships__project=project).distinct().order_by("name", "pk")
        ),
        drafts_waiting=DraftRequest.objects.filter(
            batch__project=project, state__in=waiting
        ).count(),
        open_flags=Flag.objects.filter(
            campaign__project=project, item__purpose=ItemPurpose.WORK, state=FlagState.OPEN
        ).count(),
        failed_jobs=jobs.filter(state=JobState.FAILED, created_at__gte=now - RECENT_FAILURES).count(),
        waiting_jobs=queued["n"], oldest_job=queued["oldest"],
    )  # fmt: skip


def _campaign_now(row: Campaign) -> CampaignNow:
    found = campaign_progress(row)
    return CampaignNow(
        row, found.items.get("open", 0), found.slots - found.submitted - found.leased,
        found.leased - found.expired, found.expired, found.item_count, found.finished,
        found.open_flags,
    )  # fmt: skip
