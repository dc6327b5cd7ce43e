"""The figures of an evaluation: what a model answered, and what needs no model, beside the references.

Boxes are measured against the boxes that count as right. Where the references hold rated crops,
free boxes are measured among those, too, and so are the scores of whoever scores the crops.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from curation.models import Reference as ReferenceRow
from measures.baselines import BASELINES, LARGEST_CROP, areas_of
from measures.boxes import Box
from measures.metrics import (
    Match,
    Measured,
    Metric,
    Placement,
    Ranking,
    Reference,
    evaluate_placements,
    evaluate_rankings,
    of_kind,
)
from measures.metrics import evaluate as evaluate_boxes
from measures.statistics.known import NotKnown, value_or_none
from training.models import Prediction

PLACEMENTS = ("nearest_acc", "tolerant_acc_85", "tolerant_acc_90", "procrop_acc")
NOT_ASKED = NotKnown("the model was not asked to score the rated crops")
NO_SCORES = NotKnown("a box that is the same on every photo scores no crops")

Figures = dict[str, dict[str, Any]]
Answer = Box | Sequence[float] | None


def metrics_for(references: Sequence[ReferenceRow]) -> list[type[Metric[Any]]]:
    """What can be measured against these references."""
    found: list[type[Metric[Any]]] = list(of_kind(Match, usual=True))
    if is_rated(references):
        found += [each for each in of_kind(Placement) if each.name in PLACEMENTS]
        found += of_kind(Ranking, usual=True)
    return found


def is_rated(references: Sequence[ReferenceRow]) -> bool:
    """Whether the references hold rated crops."""
    return any(row.rated for row in references)


def figures_of(
    references: Sequence[ReferenceRow], predictions: Sequence[Prediction]
) -> dict[str, Figures]:
    """By predictor and metric: the model and the baselines. Also writes each photo's figures onto
    its prediction, unsaved."""
    drawn = [Box(*each.box) if each.box else None for each in predictions]
    scores = [each.scores for each in predictions]
    figures = {"model": _model(references, predictions, drawn, scores)}
    for name, (_title, box) in BASELINES.items():
        measured = _measured(references, [box] * len(references))
        figures[name] = _rows(measured) | _unknown(references, NO_SCORES)
    if is_rated(references):
        figures[LARGEST_CROP] = _largest(references)
    return figures


def _model(
    references: Sequence[ReferenceRow],
    predictions: Sequence[Prediction],
    drawn: Sequence[Answer],
    scores: Sequence[list[float] | None],
) -> Figures:
    measured = _measured(references, drawn)
    given = [each for each in scores if each is not None]
    if len(given) == len(scores) and is_rated(references):
        measured |= _ranked(references, given)
    for at, prediction in enumerate(predictions):
        prediction.figures = {
            name: round(float(found.values[at]), 6)
            for name, found in measured.items()
            if not math.isnan(found.values[at])
        }
    return _unknown(references, NOT_ASKED) | _rows(measured)


def _largest(references: Sequence[ReferenceRow]) -> Figures:
    scores = [
        areas_of([each["box"] for each in row.rated], (row.photo.width, row.photo.height))
        for row in references
    ]
    boxes = [
        row.rated[int(np.argmax(of_photo))]["box"]
        for row, of_photo in zip(references, scores, strict=True)
    ]
    return _rows(_measured(references, boxes) | _ranked(references, scores))


def _measured(references: Sequence[ReferenceRow], boxes: Sequence[Answer]) -> dict[str, Measured]:
    # Not as `Box`: published boxes may run past the photo.
    right = [Reference.of(row.boxes) for row in references]
    found = evaluate_boxes(boxes, right)
    if is_rated(references):
        cases = [
            Placement.of([_pixels(row, box)], _candidates(row), _mos(row))
            for row, box in zip(references, boxes, strict=True)
        ]
        found |= evaluate_placements(cases, names=PLACEMENTS)
    return found


def _ranked(
    references: Sequence[ReferenceRow], scores: Sequence[Sequence[float]]
) -> dict[str, Measured]:
    cases = [Ranking.of(mine, _mos(row)) for row, mine in zip(references, scores, strict=True)]
    return evaluate_rankings(cases)


def _candidates(row: ReferenceRow) -> list[list[float]]:
    return [_in_pixels(row, each["box"]) for each in row.rated]


def _pixels(row: ReferenceRow, answer: Answer) -> list[float] | None:
    if answer is None:
        return None
    return _in_pixels(row, answer.as_list() if isinstance(answer, Box) else answer)


def _in_pixels(row: ReferenceRow, box: Sequence[float]) -> list[float]:
    # Crops of whole pixels are whole again: an IoU of exactly 0.90 must not become 0.8999...
    sides = (row.photo.width, row.photo.height) * 2
    return [round(value * side, 6) for value, side in zip(box, sides, strict=True)]


def _mos(row: ReferenceRow) -> list[float]:
    return [each["score"] for each in row.rated]


def _unknown(references: Sequence[ReferenceRow], why: NotKnown) -> Figures:
    names = [each.name for each in of_kind(Ranking, usual=True)] if is_rated(references) else []
    nothing = {"value": None, "low": None, "high": None, "unknown": str(why), "n": 0}
    return {name: dict(nothing) for name in names}


def _rows(measured: Mapping[str, Measured]) -> Figures:
    return {name: _row(found) for name, found in measured.items()}


def _row(found: Measured) -> dict[str, Any]:
    interval = value_or_none(found.total.interval)
    row: dict[str, Any] = {
        "value": value_or_none(found.total.mean),
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
        "unknown": "" if interval else str(found.total.interval),
        "n": found.total.n,
    }
    if found.parts:
        row["parts"] = {title: value_or_none(part.mean) for title, part in found.parts.items()}
    if found.left_out:
        row["left_out"] = dict(found.left_out)
    return row
