"""How each rater's votes went: the grades given, drift, runs of one grade, haste.

Computed with the fit and kept with the rater's habits, so that no page reads votes. What is known
stands under "value", what is not has its reason under "unknown".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from curation.models import ScoreKind
from curation.selectors.quality import ENDS
from curation.services.vote_columns import Columns
from measures.statistics.drift import Drift, drift
from measures.statistics.known import Known, Maybe, NotKnown
from measures.statistics.primary import PrimaryFit
from measures.statistics.speed import Speed, speed
from measures.statistics.straight_lining import StraightLining, straight_lining

# The newest votes tell how somebody works now.
MOST_VOTES = 5_000
NO_HABITS = NotKnown("the fit knows no bias of this rater, so a vote cannot be held against it")

T = TypeVar("T")
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Course:
    """``grades``: how often each was given; ``told`` as JSON by name: drift, lining, speed."""

    grades: dict[str, int]
    told: dict[str, Any]


def courses_of(kind: ScoreKind, votes: Columns, fit: PrimaryFit) -> dict[int, Course]:
    """By person of ours, from the votes that count, in the order in which they were given."""
    people, responses = np.asarray(votes.people), np.asarray(votes.responses)
    order = np.lexsort((responses, people))
    order = order[people[order] > 0]
    names, starts = np.unique(people[order], return_index=True)
    parts = np.split(order, starts[1:]) if names.size else []
    return {
        int(person): _course(kind, votes, fit, int(person), rows)
        for person, rows in zip(names, parts, strict=True)
    }


def _course(
    kind: ScoreKind, votes: Columns, fit: PrimaryFit, person: int, rows: Integers
) -> Course:
    low, high = ENDS[kind]
    values = np.asarray(votes.values)
    newest = rows[-MOST_VOTES:]
    counts = Counter(values[rows].tolist())
    lining = straight_lining(values[newest], low=low, high=high)
    return Course(
        grades={f"{grade:g}": n for grade, n in sorted(counts.items())},
        told={
            "drift": as_told(_drift(votes, fit, person, newest), _drift_told),
            "lining": as_told(lining, _lining_told),
            "speed": as_told(_speed(votes, newest), _speed_told),
        },
    )


def as_told(found: Maybe[T], read: Callable[[T], Any]) -> dict[str, Any]:
    """JSON of what may be not known."""
    return {"value": read(found.value)} if isinstance(found, Known) else {"unknown": str(found)}


def _drift(votes: Columns, fit: PrimaryFit, person: int, rows: Integers) -> Maybe[Drift]:
    habits = fit.rater(person)
    if isinstance(habits, NotKnown) or not habits.value.inconsistency:
        return NO_HABITS
    worth = fit.mean[np.searchsorted(fit.items, np.asarray(votes.things)[rows])]
    left = (np.asarray(votes.values)[rows] - habits.value.bias - worth) / habits.value.inconsistency
    return drift(left[np.isfinite(left)])


def _speed(votes: Columns, rows: Integers) -> Maybe[Speed]:
    # One answer may hold many votes; its time is its own once.
    responses, first = np.unique(np.asarray(votes.responses)[rows], return_index=True)
    times = np.asarray(votes.ms)[rows[first]]
    return speed((times[responses > 0] / 1000).tolist())


def _drift_told(found: Drift) -> dict[str, Any]:
    span = found.interval
    return {
        "change": found.change, "low": span.low, "high": span.high,
        "has_drifted": found.has_drifted,
    }  # fmt: skip


def _lining_told(found: StraightLining) -> dict[str, Any]:
    return {
        "longest_run": found.longest_run, "modal_share": found.modal_share,
        "is_suspect": found.is_suspect,
    }  # fmt: skip


def _speed_told(found: Speed) -> dict[str, Any]:
    return {"share_too_fast": found.share_too_fast, "limit": found.limit, "median": found.median}
