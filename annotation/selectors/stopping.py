"""Campaigns that stop item by item: what waits for a decision, and what stopping has saved."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, F, Q

from accounts.models import Membership, Role
from annotation.item_types import item_type_of
from annotation.models import Assignment, AssignmentState, Campaign, ItemState, Skip
from annotation.selectors.kept_figures import kept
from measures.statistics.known import Known, Maybe, NotKnown
from measures.statistics.stopping import votes_saved

# Items whose first round is over, by the number of answers they got in it.
ENDED = """
SELECT answers, count(*) FROM (
    SELECT (SELECT count(*) FROM annotation_assignment slot
            WHERE slot.item_id = item.id AND slot.round = 1 AND slot.state = 'submitted') AS answers
    FROM annotation_item item
    WHERE item.campaign_id = %s AND (item.state <> 'open' OR item.round > 1)
) ended GROUP BY answers ORDER BY answers
"""


def answers_of_undecided(item_ids: Sequence[int]) -> dict[int, int]:
    """By item how many answers it has, for those that are open with all of the first round in."""
    rows = (
        Assignment.objects.filter(
            item__in=item_ids, item__state=ItemState.OPEN, item__round=1, round=1
        )
        .order_by()
        .values_list("item")
        .annotate(slots=Count("pk"), given=Count("pk", Q(state=AssignmentState.SUBMITTED)))
    )
    return {item: given for item, slots, given in rows if slots == given}


def passed_over(campaign: Campaign, item_ids: Collection[int]) -> set[int]:
    """Open items that nobody is left to answer: no one holds them, and everybody has answered or
    skipped them. Everybody is the pool; without one, the experts and whoever worked here."""
    slots = Assignment.objects.filter(campaign=campaign)
    held = set(
        slots.filter(item__in=item_ids, state=AssignmentState.LEASED).values_list("item", flat=True)
    )
    done: dict[int, set[int]] = {item: set() for item in item_ids if item not in held}
    skipped = Skip.objects.filter(item__in=done, round=F("item__round"))
    given = slots.filter(item__in=done, round=F("item__round"), state=AssignmentState.SUBMITTED)
    for rows in (skipped, given):
        for item, person in rows.order_by().values_list("item", "person"):
            done[item].add(person)
    everybody = _everybody(campaign)
    return {item for item, people in done.items() if people and everybody <= people}


def _everybody(campaign: Campaign) -> set[int]:
    pool = set(campaign.pool.values_list("pk", flat=True))
    if pool:
        return pool
    experts = Membership.objects.filter(
        project=campaign.project_id, role=Role.EXPERT, user__is_active=True
    )
    worked = Assignment.objects.filter(campaign=campaign, state=AssignmentState.SUBMITTED)
    people = worked.order_by().values_list("person", flat=True).distinct()
    return set(experts.values_list("user", flat=True)) | {each for each in people if each}


@dataclass(frozen=True)
class Stopping:
    """``least`` to ``most`` answers are asked of an item. Of ``ended`` items ``early`` needed fewer
    than the most, which saved ``answers`` answers, a ``share`` of what all of them would be."""

    least: int
    most: int
    half_width: float
    ended: int
    early: int
    answers: int
    share: Maybe[float]

    @property
    def saved_note(self) -> str:
        """The share in words."""
        match self.share:
            case Known(share):
                return f"{share:.0%} of always asking {self.most}".replace("%", " %")
            case NotKnown() as reason:
                return str(reason)


def stopping_of(campaign: Campaign) -> Stopping | None:
    """What stopping has saved so far; None in a campaign that asks the same of every item."""
    rule = item_type_of(campaign).stop_rule(campaign.overlap)
    if rule is None:
        return None
    ended = kept(campaign, "stopping", lambda: _ended(campaign))
    given = [answers for answers, items in ended for _ in range(items)]
    return Stopping(
        least=rule.least, most=rule.cap, half_width=rule.half_width, ended=len(given),
        early=sum(n < rule.cap for n in given), answers=sum(max(0, rule.cap - n) for n in given),
        share=votes_saved(given, rule.cap),
    )  # fmt: skip


def _ended(campaign: Campaign) -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(ENDED, [campaign.pk])
        found: list[tuple[int, int]] = cursor.fetchall()
    return found


def answers_in_words(campaign: Campaign) -> str:
    """How many answers an item is asked for, for example "3" or "3 to 8"."""
    most = item_type_of(campaign).most_answers(campaign.overlap)
    return str(campaign.overlap) if most == campaign.overlap else f"{campaign.overlap} to {most}"
