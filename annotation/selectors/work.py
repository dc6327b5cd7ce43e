"""What one expert may work on, holds and has done."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.models import Membership, User
from accounts.roles import HOLDERS, Right, require_of
from annotation.conduct import parse_conduct
from annotation.item_types import registry
from annotation.models import Assignment, AssignmentState, Campaign, CampaignState, Response
from annotation.selectors.guidelines import present_words
from core.errors import Conflict, NotAllowed, NotFound
from core.plain_rows import PlainRows

# Asked at every claim and every answer, where composing them by the ORM would cost more than running
# them, and each in one statement: the roles come along.
MAY_WORK = """
SELECT ARRAY(SELECT role FROM accounts_membership
        WHERE user_id = %(person)s AND project_id = %(project)s),
    NOT EXISTS (SELECT 1 FROM annotation_campaign_pool WHERE campaign_id = %(campaign)s)
    OR EXISTS (SELECT 1 FROM annotation_campaign_pool
        WHERE campaign_id = %(campaign)s AND user_id = %(person)s)
"""
SLOTS = PlainRows(Assignment, "slot")
MINE = f"""
SELECT {SLOTS.columns}, ARRAY(
    SELECT role FROM accounts_membership held
    JOIN annotation_campaign campaign ON campaign.project_id = held.project_id
    WHERE held.user_id = %(person)s AND campaign.id = slot.campaign_id)
FROM annotation_assignment slot
WHERE slot.id = %(slot)s AND slot.person_id = %(person)s AND slot.state <> 'free'
"""  # noqa: S608 - put together from the columns of the model
STEADY_S = 5.0
_steady: dict[int, tuple[float, Campaign]] = {}
NO_CAMPAIGN = "There is no such campaign, or you are not in its project."
NO_ASSIGNMENT = "There is no such item, or it is not yours."
LEASE_LOST = (
    "Your time on this item ran out and somebody else has it now, so this was not stored. "
    "What you wrote is kept in your working copy."
)


def check_may_work(campaign: Campaign, person: User) -> None:
    """Raise `NotFound` for strangers to the project, `NotAllowed` without the role or the pool."""
    values = {"person": person.pk, "project": campaign.project_id, "campaign": campaign.pk}
    with connection.cursor() as cursor:
        cursor.execute(MAY_WORK, values)
        roles, is_for_them = cursor.fetchone()
    try:
        require_of(person, Right.ANNOTATE, campaign.project, roles)
    except NotFound:
        raise NotFound(NO_CAMPAIGN) from None  # the words that a missing one is answered with
    if not is_for_them:
        raise NotAllowed(f"{campaign.name} is for a chosen pool of experts, and you are not in it.")


def campaign_to_work_on(person: User, campaign_id: int) -> Campaign:
    """The campaign, if this person may work on it."""
    campaign = campaign_by_id(campaign_id)
    check_may_work(campaign, person)
    return campaign


def campaign_by_id(campaign_id: int) -> Campaign:
    """The campaign, whoever asks: for callers whose service asks who it is."""
    campaign = Campaign.objects.select_related("project").filter(pk=campaign_id).first()
    if campaign is None:
        raise NotFound(NO_CAMPAIGN)
    return campaign


def steady_campaign(campaign_id: int) -> Campaign:
    """The campaign for the paths that run at every claim and answer: at most five seconds old.

    Only what never changes may be read from it (item type, settings, seed, lease), or what may lag
    that long (the guidelines' version). Who may work, and whether it is open, is asked elsewhere.
    """
    until, campaign = _steady.get(campaign_id, (0.0, None))
    if campaign is None or time.monotonic() > until:
        campaign = campaign_by_id(campaign_id)
        _steady[campaign_id] = (time.monotonic() + STEADY_S, campaign)
    return campaign


def forget_steady(campaign_id: int) -> None:
    """Have this process look at the campaign anew; others do within five seconds."""
    _steady.pop(campaign_id, None)


def assignment_of(person: User, assignment_id: int) -> Assignment:
    """The person's own assignment, held or submitted; anybody else's is `NotFound`."""
    row = SLOTS.first(MINE, {"slot": assignment_id, "person": person.pk})
    if row is None:
        _explain_loss(person, assignment_id)
        raise NotFound(NO_ASSIGNMENT)
    found, (roles,) = row
    found.campaign = steady_campaign(found.campaign_id)
    require_of(person, Right.ANNOTATE, found.campaign.project, roles)
    return found


def _explain_loss(person: User, assignment_id: int) -> None:
    """Who held it once hears that it is another's now; to everybody else it does not exist."""
    if Assignment.objects.filter(pk=assignment_id, lost_by=person).exists():
        raise Conflict(LEASE_LOST, code="lease_lost")


MOST_COUNTED = 1_000
ABOUT = 10


@dataclass(frozen=True)
class CampaignToDo:
    """A campaign as one of its experts sees it. ``waiting`` stops counting at `MOST_COUNTED`.

    Where copies are mixed in it is rounded up to tens: counted exactly it would stand still when a
    copy is put in front of the person, and say that it is one.
    """

    campaign: Campaign
    waiting: int
    done: int
    today: int

    @property
    def asks(self) -> str:
        """What it asks for, in words."""
        return registry.get(self.campaign.item_type).title

    @property
    def waiting_words(self) -> str:
        """For example "12", "up to 20", "1,000 and more"."""
        if self.waiting >= MOST_COUNTED:
            return f"{self.waiting:,} and more"
        is_about = self.waiting > 0 and mixes_copies(self.campaign)
        return f"up to {self.waiting}" if is_about else f"{self.waiting}"


def campaigns_to_do(person: User) -> list[CampaignToDo]:
    """The person's campaigns that are running or paused, fullest first; two queries."""
    rows = list(_my_campaigns(person))
    counts = _counts(person, [row.pk for row in rows])
    found = [_to_do(row, *counts[row.pk]) for row in rows]
    return sorted(found, key=lambda each: (-each.waiting, each.campaign.name))


def _to_do(campaign: Campaign, waiting: int, done: int, today: int) -> CampaignToDo:
    about = -(-waiting // ABOUT) * ABOUT if mixes_copies(campaign) else waiting
    return CampaignToDo(campaign, about, done, today)


def mixes_copies(campaign: Campaign) -> bool:
    """Whether gold items or repeats come among a person's items."""
    shares = campaign.gold_share or campaign.repeat_share
    return bool(shares or parse_conduct(campaign.conduct).unchanged_a_day)


def _my_campaigns(person: User) -> QuerySet[Campaign]:
    able = Membership.objects.filter(user=person, role__in=HOLDERS[Right.ANNOTATE])
    pool = Campaign.pool.through.objects.filter(campaign=OuterRef("pk"))
    return (
        Campaign.objects.filter(
            ~Exists(pool) | Exists(pool.filter(user=person)),
            project__in=able.values("project"),
            state__in=[CampaignState.OPEN, CampaignState.PAUSED],
        )
        .select_related("project")
        .annotate(guidelines_text=present_words())
        .order_by("pk")
    )


FOR_ME = """
    NOT EXISTS (
        SELECT 1 FROM annotation_assignment had WHERE had.item_id = slot.item_id
        AND had.round = slot.round AND had.person_id = %(person)s)
    AND NOT EXISTS (
        SELECT 1 FROM annotation_skip skip WHERE skip.item_id = slot.item_id
        AND skip.round = slot.round AND skip.person_id = %(person)s)
"""
COUNTS = f"""
SELECT campaign.id,
    CASE WHEN campaign.state = 'open' THEN
        (SELECT count(DISTINCT item_id) FROM (
            (SELECT slot.item_id FROM annotation_assignment slot
             WHERE slot.campaign_id = campaign.id AND slot.state = 'free'
                AND slot.reserved_for_id IS NULL AND slot.session_id IS NULL AND {FOR_ME}
             LIMIT %(most)s * campaign.overlap)
            UNION ALL
            (SELECT slot.item_id FROM annotation_assignment slot
             WHERE slot.campaign_id = campaign.id AND slot.state = 'free'
                AND slot.reserved_for_id = %(person)s AND {FOR_ME}
             LIMIT %(most)s)) counted)
    ELSE 0 END + mine.held,
    mine.done, mine.today
FROM annotation_campaign campaign CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE state = 'leased') AS held,
        count(*) FILTER (WHERE state = 'submitted') AS done,
        count(*) FILTER (WHERE submitted_at >= %(today)s) AS today
    FROM annotation_assignment
    WHERE person_id = %(person)s AND campaign_id = campaign.id
) mine
WHERE campaign.id = ANY(%(campaigns)s)
"""  # noqa: S608 - put together from the constants of this file


def _counts(person: User, campaigns: list[int]) -> dict[int, tuple[int, int, int]]:
    today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    values: dict[str, Any] = {
        "person": person.pk, "campaigns": campaigns, "today": today, "most": MOST_COUNTED,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, values)
        return {row[0]: row[1:] for row in cursor.fetchall()}


def held_now(person: User, campaign: Campaign) -> Assignment | None:
    """The assignment a page of this person would show first: the oldest live lease."""
    return (
        Assignment.objects.filter(
            person=person, campaign=campaign, state=AssignmentState.LEASED,
            lease_until__gt=timezone.now(),
        )
        .select_related("item__photo", "item__draft", "campaign__project")
        .order_by("claimed_at", "pk")
        .first()
    )  # fmt: skip


def held_ids(person: User, campaign: Campaign) -> list[int]:
    """What the person holds in the campaign, run out or not."""
    rows = Assignment.objects.filter(
        person=person, campaign=campaign, state=AssignmentState.LEASED, submitted_at=None
    )
    return list(rows.values_list("pk", flat=True))


def my_answers(person: User, campaign: Campaign | None = None) -> QuerySet[Response]:
    """The person's newest answers, latest first, with what lists show of them.

    Fetched apart, not joined: over many tables PostgreSQL reads all that a person ever answered.
    """
    newer = Response.objects.filter(replaces=OuterRef("pk"))
    rows = Response.objects.filter(~Exists(newer), person=person)
    if campaign is not None:
        rows = rows.filter(campaign=campaign)
    return rows.prefetch_related("item__discussion", "campaign__project").order_by("-pk")


def response_of(person: User, response_id: int) -> Response:
    """The person's own answer; anybody else's is `NotFound`."""
    found = last_answer(my_answers(person).filter(pk=response_id))
    if found is None:
        raise NotFound(NO_ASSIGNMENT)
    return found


def last_answer(rows: QuerySet[Response]) -> Response | None:
    """The newest of these with all that its page shows."""
    newest = rows.prefetch_related(None).values_list("pk", flat=True).first()
    if newest is None:
        return None
    whole = Response.objects.select_related(
        "item__photo", "item__draft", "assignment__item__photo", "assignment__item__draft",
        "assignment__campaign__project",
    )  # fmt: skip
    return whole.filter(pk=newest).first()
