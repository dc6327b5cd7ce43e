"""Answers to an item, as others may see them: by letter, after the round, in words and figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from string import ascii_uppercase
from typing import Any

from accounts.models import User
from annotation.flag_rules import DEVIATION, SPLIT, UNEXPECTED
from annotation.item_types import ItemType, Parsed, item_type_of
from annotation.models import Assignment, AssignmentState, CampaignState, Item, ItemState, Response
from catalog.models import Crop

WAITING = "Answers are shown when the round is complete: everybody answers without knowing them."
OWED = "You have not answered this item yet. The others' answers are shown afterwards."


@dataclass(frozen=True)
class SeenAnswer:
    """One person's newest answer of a round; ``person`` is for those who may know names."""

    letter: str
    person: User
    round: int
    response_id: int
    answer: Parsed
    words: str
    at: datetime
    active_s: float
    is_mine: bool
    was_changed: bool


def letters_of(item: Item) -> dict[int, str]:
    """A letter per person who answered the item: stable, and in no order that tells who they are."""
    people = set(Response.objects.filter(item=item).values_list("person_id", flat=True))
    shuffled = sorted(people, key=lambda pk: blake2b(f"{item.pk}/{pk}".encode()).digest())
    return {pk: _letter(at) for at, pk in enumerate(shuffled)}


def answers_of(item: Item, reader: User | None) -> list[SeenAnswer]:
    """The newest answers of every round, by round and letter. Ask `why_hidden` first."""
    kind, letters = item_type_of(item.campaign), letters_of(item)
    rows = (
        Response.objects.filter(item=item, replaced_by__isnull=True)
        .select_related("person")
        .order_by("round", "pk")
    )
    seen = [_seen(row, kind, letters, reader) for row in rows]
    return sorted(seen, key=lambda each: (each.round, each.letter))


def why_hidden(item: Item, reader: User) -> str:
    """Why the reader may not see answers yet, in words; empty when they may.

    Nobody sees others' answers while they owe one themselves, nor before the round is complete.
    """
    slots = Assignment.objects.filter(item=item).exclude(state=AssignmentState.SUBMITTED)
    if slots.filter(person=reader).exists() or slots.filter(reserved_for=reader).exists():
        return OWED
    if item.campaign.state == CampaignState.CLOSED:
        return ""
    # An open item with all its answers in may ask for one more, of this reader perhaps.
    if item.state == ItemState.OPEN or slots.filter(round=item.round).exists():
        return WAITING
    return ""


def took_part(item: Item, person: User) -> bool:
    """Whether the person has answered the item in any round."""
    return Response.objects.filter(item=item, person=person).exists()


def boxes_of(kind: ItemType, seen: list[SeenAnswer]) -> list[dict[str, Any]]:
    """Every drawn box with its letter, for one photo."""
    return [
        {"box": list(box.corners()), "label": each.letter, "kind": "expert"}
        for each in seen
        for box in kind.boxes(each.answer)
    ]


@dataclass(frozen=True)
class GradeRow:
    """One rated thing (a crop, or the photo) with each answer's value, by letter."""

    crop: Crop | None
    values: list[tuple[str, float | None]]
    flagged: frozenset[str]


def grade_rows(item: Item, seen: list[SeenAnswer], round_: int) -> list[GradeRow]:
    """Values side by side for item types that rate; empty for others."""
    kind = item_type_of(item.campaign)
    seen = [each for each in seen if each.round == round_]
    given = {
        (rating.crop_id, each.letter): rating.value
        for each in seen
        for rating in kind.ratings(each.answer)
    }
    crops = {link.crop_id: link.crop for link in item.item_crops.select_related("crop")}
    flagged = flagged_letters(item, round_)
    return [
        GradeRow(
            crops.get(crop_id) if crop_id else None,
            [(each.letter, given.get((crop_id, each.letter))) for each in seen],
            flagged.get(crop_id, frozenset()),
        )
        for crop_id in dict.fromkeys(crop_id for crop_id, _ in given)
    ]


def flagged_letters(item: Item, round_: int) -> dict[int | None, frozenset[str]]:
    """Whose value lies too far from the others, per crop (None: the photo): the odd one, if there
    is one, else everybody whom the rule flags."""
    letters = letters_of(item)
    found: dict[int | None, frozenset[str]] = {}
    for flag in item.flags.filter(round=round_, rule__in=(DEVIATION, SPLIT, UNEXPECTED)):
        for subject in flag.detail.get("subjects", []):
            far_off = frozenset(letters.get(person, "?") for person in _far_off(subject))
            found[subject["crop"]] = found.get(subject["crop"], frozenset()) | far_off
    return found


def _far_off(subject: Mapping[str, Any]) -> list[int]:
    odd = subject.get("odd_one")
    flagged = [each["person"] for each in subject["scores"] if each["is_flagged"]]
    return flagged if odd is None else [odd]


def _seen(
    row: Response, kind: ItemType, letters: dict[int, str], reader: User | None
) -> SeenAnswer:
    parsed = kind.stored(row.answer)
    return SeenAnswer(
        letter=letters[row.person_id],
        person=row.person,
        round=row.round,
        response_id=row.pk,
        answer=parsed,
        words=kind.in_words(parsed),
        at=row.created_at,
        active_s=row.active_ms / 1000,
        is_mine=reader is not None and row.person_id == reader.pk,
        was_changed=row.replaces_id is not None,
    )


def _letter(at: int) -> str:
    """A to Z, then A2 to Z2 and so on."""
    again, place = divmod(at, len(ascii_uppercase))
    return f"{ascii_uppercase[place]}{again + 1 if again else ''}"
