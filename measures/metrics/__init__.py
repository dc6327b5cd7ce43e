"""Metrics as plug-ins: one file, one figure of each case and its mean over the cases.

A metric belongs to one kind, by what it looks at:

=================  ======================================================  =====================
kind               a case is                                               door
=================  ======================================================  =====================
`BoxMetric`        a predicted box beside the experts' boxes (`Match`)     `evaluate`
`RankingMetric`    a score for each rated crop of a photo (`Ranking`)      `evaluate_rankings`
`PlacementMetric`  free boxes beside the rated crops (`Placement`)         `evaluate_placements`
`VoteMetric`       scores of pairs beside people's votes (`Votes`)         `evaluate_votes`
`AnswerMetric`     an answer beside the accepted answers (`Reply`)         `evaluate_answers`
=================  ======================================================  =====================

How to add one: a file ``measures/metrics/NAME.py`` with one subclass of a kind: set ``name``
(stable, stored with evaluations), ``title`` (shown), ``better`` and ``about`` (which published
variant it is, in a sentence or two), and say what a case is worth in ``value_of``: a number, or
`NotKnown` with the reason, which leaves that case out of the mean. ``parts_of`` may add figures
that are reported beside it, such as ACC 1/5 to 4/5 beside their mean. ``is_usual = False`` keeps
a metric out of what a door computes unless asked by name.

A predicted box that is no valid box is `None` or an `Unreadable`; it stays in the denominator.
Boxes of one case share one unit: shares of the photo (size 1 x 1) or pixels.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, Literal, TypeVar

import numpy as np
import numpy.typing as npt

from core.errors import InvalidInput
from core.registry import Registry
from measures.aggregate import Aggregate, mean_with_interval
from measures.metrics._cases import Placement, Ranking, Reply, Votes, chosen_box
from measures.metrics._matching import Match, Prediction, Reference, match
from measures.statistics.known import NotKnown

Floats = npt.NDArray[np.float64]
Value = float | NotKnown
Case = TypeVar("Case")


@dataclass(frozen=True, slots=True)
class Measured:
    """One metric over a set of cases.

    ``values`` is the figure of each case in order, nan where it is not known; ``total`` their mean
    over what is known; ``left_out`` counts the cases without a figure by reason; ``parts`` are the
    means of the figures beside it.
    """

    name: str
    values: Floats
    total: Aggregate
    parts: Mapping[str, Aggregate] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)


class Metric(ABC, Generic[Case]):
    """What one case is worth. Subclass one of the kinds below, not this."""

    case: ClassVar[type]
    name: ClassVar[str]
    title: ClassVar[str]
    better: ClassVar[Literal["higher", "lower"]]
    about: ClassVar[str]
    is_usual: ClassVar[bool] = True

    @abstractmethod
    def value_of(self, case: Case, /) -> Value:
        """The figure of one case."""

    def parts_of(self, case: Case, /) -> Mapping[str, Value]:
        """Figures beside it, by title; the same titles for every case."""
        return {}

    def compute(self, cases: Iterable[Case], *, seed: int = 0) -> Measured:
        """The figure of every case and the means, with a seeded bootstrap interval."""
        cases = list(cases)
        values, total, left_out = _column([self.value_of(case) for case in cases], seed)
        rows = [self.parts_of(case) for case in cases]
        parts = {
            title: _column([row[title] for row in rows], seed)[1]
            for title in (rows[0] if rows else ())
        }
        return Measured(self.name, values, total, parts, left_out)


class BoxMetric(Metric[Match], ABC):
    """A predicted box beside the experts' boxes of the same photo."""

    case = Match


class RankingMetric(Metric[Ranking], ABC):
    """A score for every rated crop of a photo, beside the crops' mean opinion scores."""

    case = Ranking


class PlacementMetric(Metric[Placement], ABC):
    """Boxes drawn freely on a photo whose crops on a grid are rated."""

    case = Placement


class VoteMetric(Metric[Votes], ABC):
    """Scores of the two crops of each pair, beside the votes for either."""

    case = Votes


class AnswerMetric(Metric[Reply], ABC):
    """An answer to a question, beside the answers that people gave."""

    case = Reply


registry: Registry[Metric[Any]] = Registry(__name__, Metric)  # type: ignore[type-abstract]


def of_kind(case: type[Case], *, usual: bool = False) -> list[type[Metric[Case]]]:
    """The metrics of one kind, named by its case; ``usual`` leaves out those to be asked for."""
    return [each for each in registry if each.case is case and (each.is_usual or not usual)]


def matches(predictions: Sequence[Prediction], references: Sequence[Reference]) -> list[Match]:
    """Each prediction beside the reference of its photo; `InvalidInput` when counts differ."""
    if len(predictions) != len(references):
        raise InvalidInput(
            f"{len(predictions)} predictions cannot be measured against {len(references)} photos."
        )
    return [match(one, other) for one, other in zip(predictions, references, strict=True)]


def evaluate(
    predictions: Sequence[Prediction],
    references: Sequence[Reference],
    *,
    names: Sequence[str] | None = None,
    seed: int = 0,
) -> dict[str, Measured]:
    """Box metrics (the usual ones by default), by name; the boxes are matched only once."""
    return _evaluate(Match, matches(predictions, references), names, seed)


def evaluate_rankings(
    cases: Iterable[Ranking], *, names: Sequence[str] | None = None, seed: int = 0
) -> dict[str, Measured]:
    """Ranking metrics over photos whose crops are rated and scored, by name."""
    return _evaluate(Ranking, cases, names, seed)


def evaluate_placements(
    cases: Iterable[Placement], *, names: Sequence[str] | None = None, seed: int = 0
) -> dict[str, Measured]:
    """Metrics of free boxes on photos whose crops are rated, by name."""
    return _evaluate(Placement, cases, names, seed)


def evaluate_votes(
    cases: Iterable[Votes], *, names: Sequence[str] | None = None, seed: int = 0
) -> dict[str, Measured]:
    """Metrics of scored pairs beside votes, a case a photo, by name."""
    return _evaluate(Votes, cases, names, seed)


def evaluate_answers(
    cases: Iterable[Reply], *, names: Sequence[str] | None = None, seed: int = 0
) -> dict[str, Measured]:
    """Metrics of answers to questions, by name."""
    return _evaluate(Reply, cases, names, seed)


def _evaluate(
    case: type[Case], cases: Iterable[Case], names: Sequence[str] | None, seed: int
) -> dict[str, Measured]:
    if names is None:
        chosen = of_kind(case, usual=True)
    else:
        chosen = [_of_kind(name, case) for name in names]
    cases = list(cases)
    return {each.name: each().compute(cases, seed=seed) for each in chosen}


def _of_kind(name: str, case: type[Case]) -> type[Metric[Case]]:
    metric = registry.get(name)
    if metric.case is not case:
        known = ", ".join(each.name for each in of_kind(case))
        raise InvalidInput(f"{name!r} measures something else. Known here: {known}.")
    return metric


def _column(values: Sequence[Value], seed: int) -> tuple[Floats, Aggregate, Mapping[str, int]]:
    reasons = Counter(value.reason for value in values if isinstance(value, NotKnown))
    column = np.array(
        [np.nan if isinstance(value, NotKnown) else value for value in values], dtype=np.float64
    )
    total = mean_with_interval(column[~np.isnan(column)], seed=seed)
    if reasons and not total.n:
        unknown = NotKnown(reasons.most_common(1)[0][0])
        total = Aggregate(0, unknown, unknown)
    return column, total, dict(reasons)


__all__ = [
    "AnswerMetric",
    "BoxMetric",
    "Match",
    "Measured",
    "Metric",
    "Placement",
    "PlacementMetric",
    "Prediction",
    "Ranking",
    "RankingMetric",
    "Reference",
    "Reply",
    "Value",
    "VoteMetric",
    "Votes",
    "chosen_box",
    "evaluate",
    "evaluate_answers",
    "evaluate_placements",
    "evaluate_rankings",
    "evaluate_votes",
    "matches",
    "of_kind",
    "registry",
]
