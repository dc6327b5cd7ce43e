"""Rank of each crop among the crops of its photo: 1 is the highest score, ties share a rank."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

# Means that are equal in arithmetic may differ in the last bits.
TOLERANCE = 1e-9

Key = TypeVar("Key", bound=Hashable)
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rank:
    """``place`` counts from 1; after two crops on place 1 the next stands on place 3."""

    place: int
    is_tied: bool


def ranks(scores: Mapping[Key, float]) -> dict[Key, Rank]:
    """The rank of each crop of one photo, in the given order."""
    places = ranks_within(np.zeros(len(scores), dtype=np.int64), list(scores.values()))
    shared = np.bincount(places, minlength=1) > 1
    return {
        key: Rank(int(place), bool(shared[place]))
        for key, place in zip(scores, places, strict=True)
    }


def ranks_within(photos: npt.ArrayLike, scores: npt.ArrayLike) -> Integers:
    """The place of each crop among those of its photo, for many photos at once.

    ``photos`` and ``scores`` are columns of equal length, a crop each; so is the answer.
    """
    _, photo = np.unique(np.asarray(photos), return_inverse=True)
    score = np.round(np.asarray(scores, dtype=np.float64) / TOLERANCE)
    order = np.lexsort((-score, photo))
    ordered_photo, ordered_score = photo[order], score[order]
    position = np.arange(order.size)
    is_new_photo = np.diff(ordered_photo, prepend=-1) != 0
    is_new_place = is_new_photo | (np.diff(ordered_score, prepend=np.inf) != 0)
    first_of_photo = np.maximum.accumulate(np.where(is_new_photo, position, 0))
    first_of_place = np.maximum.accumulate(np.where(is_new_place, position, 0))
    places = np.empty(order.size, dtype=np.int64)
    places[order] = first_of_place - first_of_photo + 1
    return places
