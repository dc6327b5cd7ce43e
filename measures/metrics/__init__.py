"""Metrics of predicted crops as plug-ins: one file, one figure per photo and its mean.

How to add one: a file ``measures/metrics/NAME.py`` with one subclass of `Metric`: set ``name``
(stable, stored with evaluations), ``title`` (shown), ``better`` and ``about`` (which published
variant it is, in a sentence or two), and say what a `Match` is worth in ``value_of``. The run,
evaluation and benchmark pages then list it by themselves.

A prediction that is no valid box is `None` or an `Unreadable`; it stays in the denominator.
Predictions and references share one unit: shares of the photo (size 1 x 1) or pixels.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import numpy.typing as npt

from core.errors import InvalidInput
from core.registry import Registry
from measures.aggregate import Aggregate, mean_with_interval
from measures.metrics._matching import Match, Prediction, Reference, match

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Measured:
    """One metric over a set of photos: the figure of each photo, in order, and their mean."""

    name: str
    per_photo: Floats
    total: Aggregate


class Metric(ABC):
    """What one predicted crop is worth beside the experts' crops of the same photo."""

    name: ClassVar[str]
    title: ClassVar[str]
    better: ClassVar[Literal["higher", "lower"]]
    about: ClassVar[str]

    @abstractmethod
    def value_of(self, match: Match) -> float:
        """The figure of one photo."""

    def compute(
        self, predictions: Sequence[Prediction], references: Sequence[Reference], *, seed: int = 0
    ) -> Measured:
        """The figure of every photo and their mean with a bootstrap interval.

        One prediction and one reference a photo, in the same order. `InvalidInput` when the
        counts differ.
        """
        return self.compute_from(matches(predictions, references), seed=seed)

    def compute_from(self, found: Iterable[Match], *, seed: int = 0) -> Measured:
        """As `compute`, from matches that several metrics share."""
        values = np.array([self.value_of(each) for each in found], dtype=np.float64)
        return Measured(self.name, values, mean_with_interval(values, seed=seed))


registry: Registry[Metric] = Registry(__name__, Metric)  # type: ignore[type-abstract]


def matches(predictions: Sequence[Prediction], references: Sequence[Reference]) -> list[Match]:
    """Each prediction beside the reference of its photo."""
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
    """Several metrics at once (all by default), by name; the boxes are matched only once."""
    found = matches(predictions, references)
    chosen = registry.names() if names is None else names
    return {name: registry.get(name)().compute_from(found, seed=seed) for name in chosen}


__all__ = [
    "Match",
    "Measured",
    "Metric",
    "Prediction",
    "Reference",
    "evaluate",
    "matches",
    "registry",
]
