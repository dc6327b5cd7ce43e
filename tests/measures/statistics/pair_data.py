"""Pair votes for the tests: simulated ones, and those of the Flickr cropping ranking set."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from measures.statistics.comparisons import Comparisons
from tests.measures.reference_data import reference_json
from tests.measures.statistics.real_panel import cadb_table

Columns = tuple[np.ndarray, np.ndarray, np.ndarray]


def simulated(seed: int, crops: int = 6, votes: int = 300, gamma: float = 0.0) -> Columns:
    """(left, right, choice) of crops with normal worths in logits; no ties."""
    rng = np.random.default_rng(seed)
    worth = rng.normal(0, 0.8, crops)
    left = rng.integers(0, crops, votes)
    right = (left + rng.integers(1, crops, votes)) % crops
    p = 1 / (1 + np.exp(-(worth[left] - worth[right] + gamma)))
    return left, right, np.where(rng.random(votes) < p, 1, -1)


def with_ties(columns: Columns, share: float = 0.25, seed: int = 3) -> Columns:
    """The same votes, some of them turned into ties."""
    left, right, choice = columns
    is_tie = np.random.default_rng(seed).random(choice.size) < share
    return left, right, np.where(is_tie, 0, choice)


@cache
def flickr_pairs() -> list[list[dict[str, Any]]]:
    """The ranking set by photo: ten pairs, five votes each."""
    return [photo["crops"] for photo in reference_json("fcdb/ranking_annotation.json")]


def flickr_round_robins(count: int) -> list[dict[str, Any]]:
    """The last photos whose five crops all met and none of which won or lost every vote."""
    found = []
    for pairs in reversed(flickr_pairs()):
        columns = flickr_columns(pairs)
        votes = Comparisons.of(**columns)
        if votes.n_groups == 1 and votes.is_bounded.all():
            found.append(columns)
        if len(found) == count:
            break
    return found


def flickr_columns(pairs: list[dict[str, Any]]) -> dict[str, Any]:
    """One photo's pairs as keyword columns with counts of votes; a crop is numbered by its box."""
    boxes = [tuple(pair[side]) for pair in pairs for side in ("crop_0", "crop_1")]
    number = {box: at for at, box in enumerate(dict.fromkeys(boxes))}
    first = [number[tuple(pair["crop_0"])] for pair in pairs]
    second = [number[tuple(pair["crop_1"])] for pair in pairs]
    return {
        "left": first * 2,
        "right": second * 2,
        "choice": [1] * len(pairs) + [-1] * len(pairs),
        "counts": [p["vote_for_0"] for p in pairs] + [p["vote_for_1"] for p in pairs],
    }


def cadb_pairs(photos: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(rater, left, right, choice): what the five CADB raters' grades say of each two photos."""
    table = cadb_table(photos)
    first, second = np.triu_indices(photos, 1)
    rater = np.repeat(np.arange(5), first.size)
    left, right = np.tile(first, 5), np.tile(second, 5)
    choice = np.sign(table[left, rater] - table[right, rater]).astype(int)
    is_turned = np.random.default_rng(1).random(choice.size) < 0.5
    ends = np.where(is_turned, right, left), np.where(is_turned, left, right)
    return rater, *ends, np.where(is_turned, -choice, choice)
