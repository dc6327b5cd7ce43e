"""Sessions of one person each: which items lie in which, in what order, and how balanced that is.

Every item lies in ``overlap`` sessions, all sessions are equally long (+-1), and sessions that have
met least are put together. Two items of one photo never stand in a row where that can be avoided.
With blocks, the photos are cut into that many, and the sessions go through them in the orders of a
Williams square: each block stands equally often at each place and each follows each other equally
often, so that practice and fatigue favour none. The same arguments give the same design.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from core.errors import InvalidInput
from measures.statistics.allocation import allocate
from measures.statistics.blocks import williams_orders
from measures.statistics.columns import Integers
from measures.statistics.design import spaced

MOST_BLOCKS = 8


@dataclass(frozen=True)
class SessionDesign:
    """``plan`` (items, overlap): the sessions of each item; ``orders``: of each session its items, by
    number, in their order."""

    plan: Integers
    orders: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class BlockBalance:
    """Over all sessions: how often a block stands at a place, and follows another one, at least and
    at most."""

    least_at_a_place: int
    most_at_a_place: int
    least_following: int
    most_following: int


def design_sessions(
    photos: Sequence[Hashable], sessions: int, overlap: int, *, blocks: int = 0, seed: int = 0
) -> SessionDesign:
    """Plans items, given by their photos, for sessions numbered from 0."""
    plan = allocate(len(photos), sessions, overlap, seed=seed)
    block_of = _blocks(photos, blocks, seed)
    turns = block_orders(sessions, blocks, seed=seed)
    items = np.repeat(np.arange(len(plan)), overlap)
    by_session = items[np.argsort(plan.reshape(-1), kind="stable")]
    ends = np.cumsum(np.bincount(plan.reshape(-1), minlength=sessions))[:-1]
    orders = []
    for number, mine in enumerate(np.split(by_session, ends)):
        rng = np.random.default_rng([seed, number])
        order: list[int] = []
        for block in turns[number]:
            part = mine[block_of[mine] == block].tolist()
            order += spaced(part, [photos[at] for at in part], rng)
        orders.append(tuple(order))
    return SessionDesign(plan, tuple(orders))


def block_orders(sessions: int, blocks: int, *, seed: int = 0) -> list[list[int]]:
    """Of each session the order of its blocks, numbered from 0; [0] without blocks."""
    if blocks > MOST_BLOCKS:
        raise InvalidInput(f"There are at most {MOST_BLOCKS} blocks.", field="block_count")
    if blocks < 2:
        return [[0] for _ in range(sessions)]
    square = williams_orders(blocks)
    rows = np.random.default_rng([seed, blocks]).permutation(len(square))
    found: list[list[int]] = [square[rows[at % len(rows)]].tolist() for at in range(sessions)]
    return found


def block_balance(orders: Sequence[Sequence[int]]) -> BlockBalance | None:
    """Of the orders that `block_orders` gives; None without blocks."""
    blocks = len(orders[0]) if orders else 0
    if blocks < 2:
        return None
    places = np.zeros((blocks, blocks), dtype=np.int64)
    follows = np.zeros((blocks, blocks), dtype=np.int64)
    for order in orders:
        places[list(order), range(blocks)] += 1
        np.add.at(follows, (list(order[:-1]), list(order[1:])), 1)
    apart = follows[~np.eye(blocks, dtype=bool)]
    return BlockBalance(int(places.min()), int(places.max()), int(apart.min()), int(apart.max()))


def in_a_row(photos: Sequence[Hashable]) -> int:
    """How often a photo follows itself."""
    return sum(one == other for one, other in pairwise(photos))


def _blocks(photos: Sequence[Hashable], blocks: int, seed: int) -> Integers:
    """The block of each item; all items of a photo are in one."""
    if blocks < 2:
        return np.zeros(len(photos), dtype=np.int64)
    numbers = {photo: at for at, photo in enumerate(dict.fromkeys(photos))}
    places = np.random.default_rng([seed, blocks, 1]).permutation(len(numbers))
    block = places * blocks // max(1, len(numbers))
    return np.array([block[numbers[photo]] for photo in photos], dtype=np.int64)
