"""Yours against what stands: a person's answers to settled items, with the difference in figures.

For the person alone: no ranking, nothing about others but the record. Answers to items that come again
(repeats that the person still owes) stay out until they are given.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from annotation.flag_rules import SETTLE_REASONS
from annotation.item_types import item_type_of
from annotation.models import (
    Adjudication,
    Assignment,
    AssignmentState,
    Item,
    ItemPurpose,
    ItemState,
    Message,
    Response,
)
from measures.statistics.disagreement import pair_iou


@dataclass(frozen=True)
class Outcome:
    """One own answer against the record that stands. ``agrees`` by the item type's own measure, None
    where it cannot tell; ``iou`` where boxes were drawn; ``grades``: (what, mine, what stands);
    ``texts``: (name, mine, what stands) of texts that differ."""

    response: Response
    item: Item
    mine: str
    stands: str
    agrees: bool | None
    iou: float | None
    grades: list[tuple[str, float, float]]
    texts: list[tuple[str, str, str]]
    reason: str
    reason_code: str
    settled_at: datetime

    @property
    def discussion_id(self) -> int | None:
        """Where the item is talked over."""
        found = getattr(self.item, "discussion", None)
        return None if found is None else found.pk

    @property
    def reason_words(self) -> str:
        """The reason code in words; none for another reason."""
        return "" if self.reason_code == "other" else SETTLE_REASONS.get(self.reason_code, "")

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "response": self.response.pk, "discussion": self.discussion_id, "campaign": self.item.campaign_id,
            "mine": self.mine, "stands": self.stands, "agrees": self.agrees, "iou": self.iou,
            "grades": [{"what": a, "mine": b, "stands": c} for a, b, c in self.grades],
            "texts": [{"name": a, "mine": b, "stands": c} for a, b, c in self.texts],
            "reason": self.reason, "reason_code": self.reason_code, "settled_at": self.settled_at,
        }  # fmt: skip


def settled_answers(person: User) -> QuerySet[Response]:
    """The person's answers to settled items, newest first, of items that they owe nothing of."""
    slots = Assignment.objects.exclude(state=AssignmentState.SUBMITTED).filter(
        Q(person=person) | Q(reserved_for=person),
        Q(item=OuterRef("item")) | Q(item__copy_of=OuterRef("item")),
    )
    golden = Adjudication.objects.filter(item=OuterRef("item"))
    rows = Response.objects.filter(
        Exists(golden), ~Exists(slots), person=person, replaced_by__isnull=True,
        item__state=ItemState.SETTLED, item__purpose=ItemPurpose.WORK,
    )  # fmt: skip
    return rows.select_related(
        "item__campaign__project", "item__draft", "item__discussion"
    ).order_by("-pk")


def settled_among(person: User, rows: list[Response]) -> QuerySet[Response]:
    """Those of these answers that `settled_answers` holds."""
    return settled_answers(person).filter(pk__in=[row.pk for row in rows])


def outcomes_of_item(person: User, item: Item) -> list[Outcome]:
    """The person's answers to one settled item, newest round first."""
    return outcomes(settled_answers(person).filter(item=item))


def outcomes(rows: QuerySet[Response] | list[Response]) -> list[Outcome]:
    """Each answer against its record; two queries for all."""
    answers = list(rows)
    records = Adjudication.objects.filter(
        item__in={row.item_id for row in answers}, replaced_by__isnull=True
    )
    golden = {record.item_id: record for record in records}
    return [_outcome(row, golden[row.item_id]) for row in answers if row.item_id in golden]


def _outcome(row: Response, record: Adjudication) -> Outcome:
    kind = item_type_of(row.item.campaign)
    given, stands = kind.stored(row.answer), kind.stored(record.answer)
    ours, theirs = kind.boxes(given), kind.boxes(stands)
    mine, wanted = kind.numbers(given), kind.numbers(stands)
    names = {name: f"crop {at}" for at, name in enumerate(wanted, 1)} if kind.uses_crops else {}
    scaled = kind.scale is not None
    return Outcome(
        response=row, item=row.item, mine=kind.in_words(given), stands=kind.in_words(stands),
        agrees=kind.agrees(given, stands),
        iou=round(pair_iou(ours, theirs), 3) if ours or theirs else None,
        grades=[
            (names.get(name, name), mine[name], value)
            for name, value in wanted.items() if scaled and name in mine
        ],
        texts=[
            (name, getattr(given, name), getattr(stands, name)) for name in kind.texts
            if getattr(given, name) != getattr(stands, name)
        ],
        reason=record.reason, reason_code=record.reason_code, settled_at=record.created_at,
    )  # fmt: skip


def may_reply(item: Item, person: User) -> bool:
    """Whether the person may still say something about the record that stands."""
    record = Adjudication.objects.filter(item=item, replaced_by__isnull=True).first()
    if record is None or item.state != ItemState.SETTLED:
        return False
    is_mine = Response.objects.filter(item=item, person=person).exists()
    return is_mine and not Message.objects.filter(about=record, author=person).exists()
