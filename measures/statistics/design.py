"""A plan of work: who sees what, when, and on which side; seeded, so that it can be made again.

Work items in random order, never two crops of one photo in a row; some repeated at least twenty
items later (with sides swapped); gold items strewn in unmarked; the same anchors in every
session, so that sessions can be equated; training at the very beginning, whose votes do not count.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from heapq import heapify, heappop, heappush
from typing import Generic, TypeVar

import numpy as np

from core.errors import InvalidInput
from measures.statistics.allocation import allocate
from measures.statistics.columns import Integers

Item = TypeVar("Item", bound=Hashable)

REPEAT_AFTER = 20
TRIES = 50  # places looked at to part two items of one photo


class SlotKind(StrEnum):
    """Why an item stands where it stands. The rater is not told."""

    WORK = "work"
    REPEAT = "repeat"
    GOLD = "gold"
    ANCHOR = "anchor"
    TRAINING = "training"


@dataclass(frozen=True, slots=True)
class Slot(Generic[Item]):
    """One thing to look at; ``is_swapped`` tells pairs to change sides."""

    item: Item
    kind: SlotKind
    is_swapped: bool


@dataclass(frozen=True, slots=True)
class DesignRule:
    """``repeat_share`` and ``gold_share`` are of a rater's work items; ``session`` in slots."""

    overlap: int = 5
    session: int = 60
    repeat_share: float = 0.07
    gold_share: float = 0.07

    def __post_init__(self) -> None:
        if not (0 <= self.repeat_share <= 0.5 and 0 <= self.gold_share <= 0.5):
            raise InvalidInput("Repeats and gold are shares from 0 to 0.5.")
        if self.session < 5:
            raise InvalidInput("A session has at least 5 slots.", field="session")


@dataclass(frozen=True)
class Design(Generic[Item]):
    """``sessions`` of each rater, in order; ``plan`` (items, overlap) as `allocate` made it."""

    plan: Integers
    sessions: tuple[tuple[tuple[Slot[Item], ...], ...], ...]


DEFAULT_RULE = DesignRule()


def make_design(
    items: Sequence[Item],
    photos: Sequence[Hashable],
    n_raters: int,
    rule: DesignRule = DEFAULT_RULE,
    *,
    gold: Sequence[Item] = (),
    anchors: Sequence[Item] = (),
    training: Sequence[Item] = (),
    seed: int = 0,
) -> Design[Item]:
    """Plans ``items``, each of a photo in ``photos``, for raters numbered from 0.

    Gold items rotate from rater to rater. The same arguments give the same design.
    """
    if len(items) != len(photos) or len(set(items)) != len(items):
        raise InvalidInput("Give each item once, with its photo.", field="items")
    if len(anchors) >= rule.session:
        raise InvalidInput("A session has no room beside its anchors.", field="anchors")
    plan = allocate(len(items), n_raters, rule.overlap, seed=seed)
    photo_of = dict(zip(items, photos, strict=True))
    sessions = []
    for rater in range(n_raters):
        rng = np.random.default_rng([seed, rater])
        mine = [items[row] for row in np.flatnonzero((plan == rater).any(axis=1)).tolist()]
        stream = _stream(mine, photo_of, _turned(gold, rater), rule, rng)
        sessions.append(_sessions(stream, anchors, training, rule.session, rng))
    return Design(plan, tuple(sessions))


def spaced(
    items: Sequence[Item], photos: Sequence[Hashable], rng: np.random.Generator
) -> list[Item]:
    """The items in random order without two of one photo in a row, where that is possible.

    A shuffle in which neighbours of one photo change places with others; should that not do, as where
    one photo has nearly half of the items, the photos with most left take turns.
    """
    order: list[int] = rng.permutation(len(items)).tolist()
    if not all(_parted(order, photos, at, rng) for at in range(1, len(order))):
        order = _taking_turns(order, photos)
    return [items[at] for at in order]


def _parted(
    order: list[int], photos: Sequence[Hashable], at: int, rng: np.random.Generator
) -> bool:
    """Whether the item at a place differs in photo from the one before, if need be after a swap."""
    if photos[order[at]] != photos[order[at - 1]]:
        return True
    for other in rng.integers(0, len(order), TRIES).tolist():
        order[at], order[other] = order[other], order[at]
        if _fits(order, photos, at) and _fits(order, photos, other):
            return True
        order[at], order[other] = order[other], order[at]
    return False


def _fits(order: list[int], photos: Sequence[Hashable], at: int) -> bool:
    mine = photos[order[at]]
    before = at > 0 and photos[order[at - 1]] == mine
    after = at + 1 < len(order) and photos[order[at + 1]] == mine
    return not before and not after


def _taking_turns(order: list[int], photos: Sequence[Hashable]) -> list[int]:
    left: dict[Hashable, list[int]] = {}
    for at in order:
        left.setdefault(photos[at], []).append(at)
    # Fullest first; among equals, as the shuffle had them.
    heap = [(-len(rows), turn, name) for turn, (name, rows) in enumerate(left.items())]
    heapify(heap)
    found: list[int] = []
    held: tuple[int, int, Hashable] | None = None
    while heap:
        count, turn, name = heappop(heap)
        found.append(left[name].pop())
        if held is not None:
            heappush(heap, held)
        held = (count + 1, turn, name) if count < -1 else None
    return found if held is None else found + left[held[2]]  # only one photo is left


def _stream(
    mine: Sequence[Item],
    photo_of: dict[Item, Hashable],
    gold: Sequence[Item],
    rule: DesignRule,
    rng: np.random.Generator,
) -> list[Slot[Item]]:
    order = spaced(mine, [photo_of[item] for item in mine], rng)
    # Exactly half of the sides are swapped, +-1.
    swapped = rng.permutation(np.arange(len(order)) % 2 == 0).tolist()
    stream = [Slot(item, SlotKind.WORK, side) for item, side in zip(order, swapped, strict=True)]
    _add_repeats(stream, photo_of, round(rule.repeat_share * len(order)), rng)
    count = min(round(rule.gold_share * len(order)), len(gold))
    for item in gold[:count]:
        place = int(rng.integers(0, len(stream) + 1))
        stream.insert(place, Slot(item, SlotKind.GOLD, bool(rng.integers(0, 2))))
    return stream


def _add_repeats(
    stream: list[Slot[Item]], photo_of: dict[Item, Hashable], count: int, rng: np.random.Generator
) -> None:
    # From the back to the front: an insertion only widens the gaps that stand already.
    able = max(len(stream) - REPEAT_AFTER, 0)
    rows = sorted(rng.permutation(able)[:count].tolist(), reverse=True)
    for row in rows:
        slot = stream[row]
        places = rng.permutation(np.arange(row + REPEAT_AFTER + 1, len(stream) + 1)).tolist()
        photo = photo_of[slot.item]
        place = next((p for p in places if _has_room(stream, photo_of, photo, p)), None)
        if place is not None:
            stream.insert(place, Slot(slot.item, SlotKind.REPEAT, not slot.is_swapped))


def _has_room(
    stream: list[Slot[Item]], photo_of: dict[Item, Hashable], photo: Hashable, place: int
) -> bool:
    return all(photo_of[slot.item] != photo for slot in stream[max(place - 1, 0) : place + 1])


def _turned(gold: Sequence[Item], rater: int) -> list[Item]:
    start = rater % len(gold) if gold else 0
    return [*gold[start:], *gold[:start]]


def _sessions(
    stream: list[Slot[Item]],
    anchors: Sequence[Item],
    training: Sequence[Item],
    size: int,
    rng: np.random.Generator,
) -> tuple[tuple[Slot[Item], ...], ...]:
    room = size - len(anchors)
    found = []
    for start in range(0, len(stream), room):
        part = stream[start : start + room]
        for item in anchors:
            place = int(rng.integers(0, len(part) + 1))
            part.insert(place, Slot(item, SlotKind.ANCHOR, bool(rng.integers(0, 2))))
        found.append(part)
    if found and training:
        found[0] = [Slot(item, SlotKind.TRAINING, is_swapped=False) for item in training] + found[0]
    return tuple(tuple(part) for part in found)
