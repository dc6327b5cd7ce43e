"""What the metrics look at besides boxes: typed, checked once, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.errors import InvalidInput
from measures.boxes.arrays import as_array
from measures.boxes.box import Box
from measures.metrics._matching import Prediction, row_of

Floats = npt.NDArray[np.float64]
Boxes = Sequence[Box | Sequence[float]] | Floats


@dataclass(frozen=True, slots=True)
class Ranking:
    """The crops of one photo: what a model says of each and what people said, shape (k,) each."""

    scores: Floats
    mos: Floats

    @classmethod
    def of(cls, scores: npt.ArrayLike, mos: npt.ArrayLike) -> Ranking:
        """From two equally long columns of finite numbers, a crop each."""
        return cls(*_columns("The scores and the opinion scores of a photo's crops", scores, mos))


@dataclass(frozen=True, slots=True)
class Placement:
    """Boxes that a model drew on one photo and the photo's rated crops.

    ``predictions`` holds (4,) rows, best first, None for an answer that is no valid box;
    ``candidates`` is (k, 4) in the same unit and ``mos`` (k,).
    """

    predictions: tuple[Floats | None, ...]
    candidates: Floats
    mos: Floats

    @classmethod
    def of(
        cls, predictions: Sequence[Prediction], candidates: Boxes, mos: npt.ArrayLike
    ) -> Placement:
        """From the predicted boxes, best first (often one), and the rated crops."""
        boxes = as_array(candidates)
        rated = np.asarray(mos, dtype=np.float64)
        if boxes.shape[0] == 0 or rated.shape != (boxes.shape[0],) or not _is_finite(boxes, rated):
            raise InvalidInput("Every crop of the photo needs a box and a finite opinion score.")
        drawn = [row_of(each) for each in predictions]
        if not drawn:
            raise InvalidInput("A photo without an answer is measured as [None], not left empty.")
        return cls(tuple(None if row is None else row[0] for row in drawn), boxes, rated)


@dataclass(frozen=True, slots=True)
class Votes:
    """Pairs of crops of one photo: a model's scores and people's votes, each of shape (n, 2)."""

    scores: Floats
    counts: Floats

    @classmethod
    def of(cls, scores: npt.ArrayLike, counts: npt.ArrayLike) -> Votes:
        """From a row a pair: the two scores, and how many people chose the first, the second."""
        score, count = np.asarray(scores, np.float64), np.asarray(counts, np.float64)
        if score.ndim != 2 or score.shape[1] != 2 or count.shape != score.shape:
            raise InvalidInput("Every pair needs two scores and two counts of votes.")
        if not _is_finite(score, count) or (count < 0).any():
            raise InvalidInput("Scores are finite numbers, counts of votes are 0 or more.")
        return cls(score, count)

    @classmethod
    def for_best(cls, scores: npt.ArrayLike, best: int = 0) -> Votes:
        """One crop known to be the best beside each other crop of the photo, one vote a pair.

        FCDB's sliding windows have the annotated crop in front of the others (``best`` 0).
        """
        column = np.asarray(scores, dtype=np.float64)
        others = np.delete(column, best)
        pairs = np.stack([np.full_like(others, column[best]), others], axis=1)
        return cls.of(pairs, np.tile([1.0, 0.0], (len(others), 1)))


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to a question and the answers that people gave, one each."""

    answer: str
    accepted: tuple[str, ...]

    @classmethod
    def of(cls, answer: str | None, accepted: Sequence[str]) -> Reply:
        """No answer counts as an empty one; `InvalidInput` where nobody answered."""
        if isinstance(accepted, str) or not accepted:
            raise InvalidInput("A question without an accepted answer cannot be measured against.")
        return cls(answer or "", tuple(accepted))


def chosen_box(scores: npt.ArrayLike, boxes: Boxes) -> Floats:
    """The box with the highest score, the first of equals: FCDB's and FLMS's one answer."""
    (column,) = _columns("The scores", scores)
    rows = as_array(boxes)
    if len(rows) != len(column):
        raise InvalidInput(f"{len(column)} scores do not fit {len(rows)} boxes.")
    return np.asarray(rows[int(np.argmax(column))], dtype=np.float64)


def _columns(what: str, *columns: npt.ArrayLike) -> tuple[Floats, ...]:
    arrays = tuple(np.asarray(column, dtype=np.float64) for column in columns)
    shapes = {array.shape for array in arrays}
    if len(shapes) > 1 or arrays[0].ndim != 1 or not arrays[0].size or not _is_finite(*arrays):
        raise InvalidInput(f"{what} must be finite numbers, one a crop, at least one.")
    return arrays


def _is_finite(*arrays: Floats) -> bool:
    return all(bool(np.isfinite(array).all()) for array in arrays)
