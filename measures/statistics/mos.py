"""Mean opinion score: mean, spread (SOS) and Student's t interval of the votes on an item.

BT.500 writes the interval with the normal 1.96 instead; that is right from about 30 votes and can
be asked for. `dmos_votes` turns votes into differences from a reference.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri, stdtrit

from core.errors import InvalidInput
from measures.statistics.known import Interval, Known, Maybe, NotKnown

METHOD = "mos"
VERSION = "1"

NO_VOTES = NotKnown("nobody has scored it yet")
ONE_VOTE = NotKnown("one vote shows no spread")
EQUAL_VOTES = NotKnown("all votes are equal, so their spread says nothing about certainty")

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


class Factor(StrEnum):
    """What the standard error is multiplied with: Student's t (n - 1), or the normal z."""

    T = "t"
    Z = "z"


@dataclass(frozen=True, slots=True)
class Mos:
    """The score of one item. ``sos`` is the standard deviation of the votes (n - 1)."""

    n: int
    mean: float
    sos: Maybe[float]
    interval: Maybe[Interval]

    @property
    def variance_of_mean(self) -> Maybe[float]:
        """SOS^2 / n, what `pairs.probability_better` takes; not known where the interval is not."""
        if isinstance(self.sos, NotKnown):
            return self.sos
        if isinstance(self.interval, NotKnown):
            return self.interval
        return Known(self.sos.value**2 / self.n)


@dataclass(frozen=True, slots=True)
class MosTable:
    """Scores of many items as columns; nan where a figure is not known. Rows by item number."""

    items: Integers
    n: Integers
    mean: Floats
    sos: Floats
    low: Floats
    high: Floats
    level: float

    def __len__(self) -> int:
        return len(self.items)

    def row(self, index: int) -> Mos:
        """One row as a `Mos`, with the reasons for what is not known."""
        count, sos = int(self.n[index]), float(self.sos[index])
        spread: Maybe[float] = ONE_VOTE if count == 1 else Known(sos)
        interval: Maybe[Interval] = ONE_VOTE if count == 1 else EQUAL_VOTES
        if not math.isnan(self.low[index]):
            low, high = float(self.low[index]), float(self.high[index])
            interval = Known(Interval(low, high, self.level))
        return Mos(count, float(self.mean[index]), spread, interval)

    def rows(self) -> Iterator[tuple[int, Mos]]:
        """(item, score) in order of item."""
        return ((int(item), self.row(index)) for index, item in enumerate(self.items))


def mos_of(scores: Sequence[float], level: float = 0.95, factor: Factor = Factor.T) -> Maybe[Mos]:
    """The score of one item from its votes; not known when there is no vote.

    The interval is mean +- t(n-1) SOS / sqrt(n). One vote, or votes that are all equal, carry
    no interval: zero width would be false certainty.
    """
    if len(scores) == 0:
        return NO_VOTES
    return Known(mos_table(np.zeros(len(scores), dtype=np.int64), scores, level, factor).row(0))


def mos_table(
    items: npt.ArrayLike,
    scores: npt.ArrayLike,
    level: float = 0.95,
    factor: Factor = Factor.T,
) -> MosTable:
    """Scores of all items at once: ``items`` and ``scores`` are columns of equal length, a vote
    each. An item without votes has no row. A million votes take well under a second."""
    item, score = _columns(items, scores)
    names, at = np.unique(item, return_inverse=True)
    n = np.bincount(at, minlength=names.size).astype(np.int64)
    mean = np.bincount(at, weights=score, minlength=names.size) / n
    squares = np.bincount(at, weights=(score - mean[at]) ** 2, minlength=names.size)
    with np.errstate(invalid="ignore", divide="ignore"):
        sos = np.sqrt(squares / np.where(n > 1, n - 1, np.nan))
    error = sos / np.sqrt(n)
    width = error * (_t_factors(n, level) if factor is Factor.T else z_factor(level))
    half = np.where(_is_spread(at, score, names.size), width, np.nan)
    return MosTable(names, n, mean, sos, mean - half, mean + half, level)


def t_factor(n: npt.ArrayLike, level: float = 0.95) -> Floats:
    """Student's factor for the mean of n votes; nan for fewer than two."""
    counts = np.asarray(n)
    degrees = np.where(counts > 1, counts - 1, np.nan)
    return np.asarray(stdtrit(degrees, (1 + level) / 2), dtype=np.float64)


def z_factor(level: float = 0.95) -> float:
    """The normal factor, 1.96 for 95 %."""
    return float(ndtri((1 + level) / 2))


def dmos_votes(
    raters: npt.ArrayLike,
    items: npt.ArrayLike,
    scores: npt.ArrayLike,
    references: Mapping[int, int],
    *,
    top: float,
) -> tuple[Integers, Floats]:
    """The votes as differences from the same rater's vote on the reference, plus ``top``.

    Source: ITU-T P.910, d = x - x(reference) + top of the scale. ``references`` gives the
    reference (for a crop: the whole photo) of each item that has one. Votes without their
    counterpart, and those on references, drop out. The answer goes into `mos_table`.
    """
    given = {
        (rater, item): score
        for rater, item, score in zip(
            np.asarray(raters).tolist(), *(part.tolist() for part in _columns(items, scores)),
            strict=True,
        )
    }  # fmt: skip
    found = [
        (item, score - given[rater, references[item]] + top)
        for (rater, item), score in given.items()
        if item in references and (rater, references[item]) in given
    ]
    return (
        np.array([item for item, _ in found], dtype=np.int64),
        np.array([score for _, score in found], dtype=np.float64),
    )


def _t_factors(n: Integers, level: float) -> Floats:
    counts, at = np.unique(n, return_inverse=True)
    return t_factor(counts, level)[at]


def _is_spread(at: npt.NDArray[np.intp], score: Floats, count: int) -> npt.NDArray[np.bool_]:
    low, high = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(low, at, score)
    np.maximum.at(high, at, score)
    return np.asarray(high > low)


def _columns(items: npt.ArrayLike, scores: npt.ArrayLike) -> tuple[Integers, Floats]:
    item, score = np.asarray(items, dtype=np.int64), np.asarray(scores, dtype=np.float64)
    if item.ndim != 1 or item.shape != score.shape:
        raise InvalidInput("Votes are two columns of equal length: items and scores.")
    if not np.isfinite(score).all():
        raise InvalidInput("A vote is not a number.", field="scores")
    return item, score
