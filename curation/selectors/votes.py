"""Votes and which of them count. Scores, samples, agreement and "why this score" all ask here.

A vote counts when

- it is the newest answer of its person to its item (a changed answer takes the place of the old);
- it belongs to the item's newest complete round: a second round replaces the first as soon as
  everybody asked has answered it, and not before;
- it is the person's newest vote on that crop or photo over all items: one person is one vote.

Ratings that were made elsewhere and imported count beside them; see `imported_votes`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from annotation.models import Assignment, AssignmentState, Rating
from curation.selectors.imported_votes import imported_votes

COUNTED = ""
CHANGED = "changed by the same person"
OTHER_ROUND = "answered again in a later round"
UNFINISHED = "its round is not complete yet"
VOTED_AGAIN = "the same person voted again later"


@dataclass(frozen=True, slots=True)
class Vote:
    """One number given to a crop, or to the photo where ``crop_id`` is None.

    ``left_out`` says why it does not count; empty when it does. An imported vote has no item, a
    person below 0, and its rating's number below 0 in the place of the response.
    """

    photo_id: int
    crop_id: int | None
    item_id: int
    response_id: int
    person_id: int
    round: int
    value: float
    left_out: str = COUNTED

    @property
    def path(self) -> str:
        """Where it came from."""
        number = self.response_id
        return f"response/{number}" if number > 0 else f"importedrating/{-number}"

    @property
    def is_counted(self) -> bool:
        """Whether the score rests on it."""
        return not self.left_out


def counted_votes(photo_ids: Sequence[int]) -> list[Vote]:
    """The votes on these photos and their crops that count, oldest first."""
    ours = [vote for vote in _judged(_rows(photo_ids, is_current=True)) if vote.is_counted]
    return _imported(photo_ids) + ours


def all_votes(photo_id: int, crop_id: int | None) -> list[Vote]:
    """Every vote ever given to one crop (or to the photo), oldest first, with why it counts or not."""
    rows = _rows([photo_id], crop_id=crop_id)
    return _imported([photo_id], crop_id=crop_id) + _judged(rows)


def _imported(photo_ids: Sequence[int], **only: int | None) -> list[Vote]:
    return [
        Vote(photo, crop, 0, -pk, person, 1, value)
        for pk, photo, crop, person, value in imported_votes(photo_ids, **only)
    ]


_FIELDS = (
    "photo_id", "crop_id", "response__item_id", "response_id", "person_id", "round", "value",
    "is_current",
)  # fmt: skip
_Row = tuple[Vote, bool]


def _rows(photo_ids: Sequence[int], **only: object) -> list[_Row]:
    found = Rating.objects.filter(photo_id__in=photo_ids, **only).order_by("response_id")
    return [(Vote(*row[:7]), row[7]) for row in found.values_list(*_FIELDS)]


def _judged(rows: Sequence[_Row]) -> list[Vote]:
    rounds = counted_rounds({vote.item_id for vote, _ in rows})
    newest: dict[tuple[int, int | None, int], int] = {}
    reasons = [_reason(vote, is_current, rounds[vote.item_id]) for vote, is_current in rows]
    for (vote, _), reason in zip(rows, reasons, strict=True):
        if not reason:
            newest[vote.photo_id, vote.crop_id, vote.person_id] = vote.response_id
    return [
        _with(vote, reason or _repeated(vote, newest))
        for (vote, _), reason in zip(rows, reasons, strict=True)
    ]


def _reason(vote: Vote, is_current: bool, counted_round: int) -> str:
    if not is_current:
        return CHANGED
    if vote.round == counted_round:
        return COUNTED
    return OTHER_ROUND if vote.round < counted_round else UNFINISHED


def _repeated(vote: Vote, newest: dict[tuple[int, int | None, int], int]) -> str:
    is_newest = newest[vote.photo_id, vote.crop_id, vote.person_id] == vote.response_id
    return COUNTED if is_newest else VOTED_AGAIN


def _with(vote: Vote, reason: str) -> Vote:
    if not reason:
        return vote
    return Vote(
        vote.photo_id, vote.crop_id, vote.item_id, vote.response_id, vote.person_id, vote.round,
        vote.value, reason,
    )  # fmt: skip


def counted_rounds(item_ids: Iterable[int]) -> dict[int, int]:
    """Per item the round whose answers count: the newest one that everybody asked has answered.

    The first round counts from its first answer on. A later one is complete when as many have
    answered it as were asked in the first; one that a lead cut short by settling never is.
    """
    chosen: dict[int, int] = defaultdict(lambda: 1)
    asked: dict[int, int] = {}
    rows = (
        Assignment.objects.filter(item_id__in=item_ids)
        .order_by("item_id", "round")
        .values_list("item_id", "round")
        .annotate(slots=Count("id"), answered=Count("id", Q(state=AssignmentState.SUBMITTED)))
    )
    for item_id, number, slots, answered in rows:
        first = asked.setdefault(item_id, slots)
        if number > 1 and answered >= first and answered == slots:
            chosen[item_id] = number
    return chosen
