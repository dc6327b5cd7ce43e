"""What a person may get in a campaign now: training, work, a break, or nothing more today.

The claim asks one row, the person's `Participation`; campaigns without training, limits and changed
guidelines have none. What the row says is settled where something happens: at the first claim, at the
end of a round, at an answer, at a confirmation.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from accounts.services.preferences import zone_of
from annotation.conduct import Conduct, parse_conduct
from annotation.models import Campaign, Participation, Response, Stage
from annotation.services.rounds import add_warmups, begin_round
from core.errors import Conflict

MINUTE_MS = 60_000
FAILED = (
    "You have finished the training and it was not passed this time. That happens; the lead sees "
    "it and may give you another try. There is nothing to do for you here until then."
)
READ_FIRST = "The guidelines have changed. Read what is new and confirm it, then go on."
# The session begins anew after a break; the day begins anew in the person's own time zone.
COUNT = """
UPDATE annotation_participation SET
    session_ms = CASE WHEN last_at > now() - make_interval(mins => %(break)s)
        THEN session_ms ELSE 0 END + %(ms)s,
    day_items = CASE WHEN day = %(today)s THEN day_items ELSE 0 END + 1,
    day_ms = CASE WHEN day = %(today)s THEN day_ms ELSE 0 END + %(ms)s,
    day = %(today)s, last_at = now()
WHERE campaign_id = %(campaign)s AND person_id = %(person)s
"""


@dataclass(frozen=True, slots=True)
class Stop:
    """Why nothing is given now, in words; ``again_s``: seconds until it may be asked again."""

    code: str
    words: str
    again_s: int | None = None

    @property
    def frees(self) -> bool:
        """Whether what the person holds goes back to the others."""
        return self.code in ("break", "today")


@dataclass(frozen=True, slots=True)
class Gate:
    """What the claim may give: training only, or at most ``most`` leases at once, or nothing."""

    is_training: bool = False
    most: int | None = None
    stop: Stop | None = None


OPEN = Gate()


def gate_of(campaign: Campaign, person: User) -> Gate:
    """What the person may get now. Campaigns that ask for nothing cost no query."""
    conduct = parse_conduct(campaign.conduct)
    if not conduct.needs_standing and campaign.guidelines_version == 1:
        return OPEN
    row = participation_of(campaign, person)
    if row.guidelines_version < campaign.guidelines_version:
        return Gate(stop=Stop("guidelines", READ_FIRST))
    if row.stage == Stage.FAILED:
        return Gate(stop=Stop("failed", FAILED))
    stop = limit_reached(row, conduct, person) if conduct.has_limits else None
    if stop is not None:
        return Gate(stop=stop)
    return Gate(row.stage == Stage.TRAINING, _left_today(row, conduct, person))


def participation_of(campaign: Campaign, person: User) -> Participation:
    """The person's row, made at their first claim."""
    found = Participation.objects.filter(campaign=campaign, person=person).first()
    return found or _enter(campaign, person)


@transaction.atomic
def _enter(campaign: Campaign, person: User) -> Participation:
    """Someone new: to training unless they passed it where that counts; who worked here before the
    guidelines changed has the new ones to read."""
    conduct = parse_conduct(campaign.conduct)
    elsewhere = _passed_elsewhere(campaign, person) if conduct.accepts_others else None
    learns = bool(conduct.rounds) and elsewhere is None
    row, is_new = Participation.objects.get_or_create(
        campaign=campaign, person=person,
        defaults={
            "stage": Stage.TRAINING if learns else Stage.PASSED,
            "passed_in_id": elsewhere,
            "changed_at": None if elsewhere is None else timezone.now(),
            "guidelines_version": _begins_under(campaign, person, conduct),
        },
    )  # fmt: skip
    if is_new and learns:
        begin_round(row)
    elif is_new:
        add_warmups(row)
    return row


def _begins_under(campaign: Campaign, person: User, conduct: Conduct) -> int:
    worked = Response.objects.filter(person=person, assignment__campaign=campaign)
    last: int | None = worked.aggregate(last=Max("guidelines_version"))["last"]
    if last is not None:
        return last
    has_any = bool(campaign.guidelines) or campaign.guidelines_version > 1
    return 0 if conduct.confirms_guidelines and has_any else campaign.guidelines_version


def _passed_elsewhere(campaign: Campaign, person: User) -> int | None:
    """Another campaign of the project and item type whose training the person passed."""
    rows = Participation.objects.filter(
        person=person, stage=Stage.PASSED, changed_at__isnull=False, passed_in__isnull=True,
        campaign__project=campaign.project_id, campaign__item_type=campaign.item_type,
    )  # fmt: skip
    return rows.exclude(campaign=campaign).values_list("campaign_id", flat=True).first()


def limit_reached(row: Participation, conduct: Conduct, person: User) -> Stop | None:
    """The limit that the person has reached, if any."""
    if row.day is not None and row.day == timezone.now().astimezone(zone_of(person)).date():
        if conduct.daily_items is not None and row.day_items >= conduct.daily_items:
            return Stop("today", _enough(f"{row.day_items} items"))
        if conduct.daily_min is not None and row.day_ms >= conduct.daily_min * MINUTE_MS:
            return Stop("today", _enough(f"{row.day_ms // MINUTE_MS} minutes of work"))
    return _break_due(row, conduct)


def _enough(what: str) -> str:
    return f"Enough for today: {what}. Thank you. Come back tomorrow with fresh eyes."


def _break_due(row: Participation, conduct: Conduct) -> Stop | None:
    if conduct.session_min is None or row.last_at is None:
        return None
    over = row.last_at + timedelta(minutes=conduct.break_min) - timezone.now()
    left = int(over.total_seconds()) + 1
    if left <= 0 or row.session_ms < conduct.session_min * MINUTE_MS:
        return None
    return Stop(
        "break",
        f"You have worked for {row.session_ms // MINUTE_MS} minutes. Look into the distance and take "
        f"a break of {conduct.break_min} minutes; the next item comes by itself afterwards.",
        left,
    )


def _left_today(row: Participation, conduct: Conduct, person: User) -> int | None:
    if conduct.daily_items is None:
        return None
    today = timezone.now().astimezone(zone_of(person)).date()
    return conduct.daily_items - (row.day_items if row.day == today else 0)


def stop_of(campaign: Campaign, person: User) -> Stop | None:
    """Why the person gets nothing here now, if a limit or the training is the reason."""
    conduct = parse_conduct(campaign.conduct)
    row = Participation.objects.filter(campaign=campaign, person=person).first()
    if row is None:
        return None
    fresh = Campaign.objects.only("guidelines_version").get(pk=campaign.pk)
    if row.guidelines_version < fresh.guidelines_version:
        return Stop("guidelines", READ_FIRST)
    if row.stage == Stage.FAILED:
        return Stop("failed", FAILED)
    return limit_reached(row, conduct, person)


def limit_of(campaign: Campaign, person: User) -> Stop | None:
    """The limit that the person has reached with this answer; no query where there are none."""
    conduct = parse_conduct(campaign.conduct)
    if not conduct.has_limits:
        return None
    row = Participation.objects.filter(campaign=campaign, person=person).first()
    return None if row is None else limit_reached(row, conduct, person)


def count_answer(*, campaign: Campaign, person: User, active_ms: int) -> None:
    """Count one answer against the person's session and day, where the campaign has limits."""
    conduct = parse_conduct(campaign.conduct)
    if not conduct.has_limits:
        return
    values: dict[str, Any] = {
        "campaign": campaign.pk, "person": person.pk, "ms": active_ms, "break": conduct.break_min,
        "today": timezone.now().astimezone(zone_of(person)).date(),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(COUNT, values)


def check_view_time(campaign: Campaign, active_ms: int) -> None:
    """Refuse an answer that came before anybody can have looked."""
    least = parse_conduct(campaign.conduct).least_view_ms
    if active_ms < least:
        raise Conflict(
            f"Look at the item for at least {least / 1000:g} s before you answer; this was "
            f"{active_ms / 1000:.1f} s. Send the answer again.",
            code="too_soon", field="active_ms",
        )  # fmt: skip
