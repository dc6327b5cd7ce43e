"""Metrics of predicted boxes beside the experts', by hand."""

from __future__ import annotations

import pytest

from core.errors import InvalidInput
from measures.boxes import Box, Unreadable
from measures.metrics import Match, Prediction, Reference, evaluate, matches
from measures.statistics import Known

TWO_EXPERTS = Reference.of([Box(0, 0, 0.5, 1), Box(0, 0, 0.8, 1)])


def only(prediction: Prediction, reference: Reference = TWO_EXPERTS) -> Match:
    """The match of one photo."""
    return matches([prediction], [reference])[0]


def test_the_best_agreeing_expert_counts() -> None:
    found = only(Box(0, 0, 0.75, 1))
    assert found.annotator == 1
    assert found.iou == pytest.approx(0.75 / 0.8)
    assert found.displacement == pytest.approx(0.05 / 4)


def test_displacement_stays_with_the_expert_chosen_by_iou() -> None:
    # The second expert is nearer by its sides, but the first overlaps more.
    reference = Reference.of([[0.0, 0.0, 1.0, 0.6], [0.0, 0.0, 0.2, 0.4]])
    found = only([0.0, 0.0, 0.5, 0.5], reference)
    assert found.annotator == 0
    assert found.displacement == pytest.approx(0.15)


def test_an_exact_tie_in_iou_goes_to_the_nearest_sides() -> None:
    reference = Reference.of([[0, 0, 100, 50], [0, 0, 50, 100]], (100, 200))
    found = only([0, 0, 50, 50], reference)
    assert found.iou == 0.5
    assert (found.annotator, found.displacement) == (1, 50 / 200 / 4)


@pytest.mark.parametrize(
    "prediction",
    [None, Unreadable("none", "nothing"), [0.5, 0.5, 0.5, 1], [float("nan"), 0, 1, 1]],
)
def test_an_invalid_answer_scores_nothing_and_stays_in_the_count(prediction: Prediction) -> None:
    figures = evaluate([prediction, Box(0, 0, 0.5, 1)], [TWO_EXPERTS, TWO_EXPERTS])
    assert figures["iou_max"].values.tolist() == [0, 1]
    assert figures["displacement"].values.tolist() == pytest.approx([0.05, 0])
    assert figures["validity"].total.mean == Known(0.5)
    assert figures["recall_75"].total.n == 2


def test_three_quarters_exactly_is_a_hit() -> None:
    square = Reference.of([[0, 0, 4, 1]], (4, 1))
    assert evaluate([[0, 0, 3, 1]], [square])["recall_75"].values.tolist() == [1]
    assert evaluate([[0, 0, 2.99, 1]], [square])["recall_75"].values.tolist() == [0]


def test_padding_rows_are_dropped_on_request() -> None:
    padded = [[-1, -1, -1, -1], [0, 0, 10, 10]]
    assert len(Reference.of(padded, (10, 10), drop_padding=True).boxes) == 1
    with pytest.raises(InvalidInput, match="without an expert"):
        Reference.of([[-1, -1, -1, -1]], (10, 10), drop_padding=True)


def test_counts_must_agree() -> None:
    with pytest.raises(InvalidInput, match="2 predictions"):
        evaluate([None, None], [TWO_EXPERTS])


def test_no_photos_give_no_figure() -> None:
    assert str(evaluate([], [])["iou_max"].total.mean) == (
        "not known, because nothing was measured"
    )


def test_procrop_reads_the_displacement_of_the_nearest_expert() -> None:
    reference = Reference.of([[0.0, 0.0, 1.0, 0.6], [0.0, 0.0, 0.2, 0.4]])
    found = evaluate([[0, 0, 0.5, 0.5]], [reference], names=["displacement", "displacement_min"])
    assert found["displacement"].values.tolist() == pytest.approx([0.15])
    assert found["displacement_min"].values.tolist() == pytest.approx([0.1])
