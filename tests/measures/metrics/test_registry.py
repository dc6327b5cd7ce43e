"""What holds of every metric, and the doors by which they are computed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from core.errors import InvalidInput
from measures.metrics import (
    Match,
    Measured,
    Metric,
    Placement,
    Ranking,
    Reference,
    Reply,
    Votes,
    evaluate,
    evaluate_answers,
    evaluate_placements,
    evaluate_rankings,
    evaluate_votes,
    matches,
    of_kind,
    registry,
)
from measures.statistics import Known, NotKnown

WHOLE = [0.0, 0.0, 1.0, 1.0]
CROPS = [[0.0, 0.0, 1.0, 0.5 + at / 20] for at in range(10)]

# One case of each kind that every metric of the kind can measure.
CASES: dict[type, Any] = {
    Match: matches([WHOLE], [Reference.of([WHOLE])])[0],
    Ranking: Ranking.of(np.arange(10), np.arange(10)),
    Placement: Placement.of([CROPS[9]] * 10, CROPS, np.arange(10)),
    Votes: Votes.of([[2, 1]], [[5, 0]]),
    Reply: Reply.of("yes", ["yes"] * 10),
}

all_metrics = pytest.mark.parametrize("metric", list(registry), ids=lambda metric: metric.name)


@all_metrics
def test_every_metric_says_what_it_is(metric: type[Metric[Any]]) -> None:
    assert metric.title
    assert metric.better in ("higher", "lower")
    assert len(metric.about) > 20
    assert metric.case in CASES


@all_metrics
def test_a_perfect_answer_has_the_best_figure(metric: type[Metric[Any]]) -> None:
    found = metric().compute([CASES[metric.case]] * 3)
    best = 1.0 if metric.better == "higher" else 0.0
    assert found.values.tolist() == pytest.approx([best] * 3)
    assert found.total.mean == Known(pytest.approx(best))
    assert all(part.mean == Known(pytest.approx(best)) for part in found.parts.values())


@all_metrics
def test_no_cases_give_no_figure(metric: type[Metric[Any]]) -> None:
    total = metric().compute([]).total
    assert (total.n, str(total.mean)) == (0, "not known, because nothing was measured")


def test_the_box_metrics_are_those_of_evaluations() -> None:
    usual = [metric.name for metric in of_kind(Match, usual=True)]
    assert usual == ["displacement", "iou_max", "recall_75", "validity"]


@pytest.mark.parametrize(
    ("door", "case"),
    [
        (evaluate_rankings, Ranking),
        (evaluate_placements, Placement),
        (evaluate_votes, Votes),
        (evaluate_answers, Reply),
    ],
)
def test_a_door_measures_its_kind(door: Callable[..., dict[str, Measured]], case: type) -> None:
    found = door([CASES[case]])
    assert list(found) == [metric.name for metric in of_kind(case, usual=True)]
    asked = of_kind(case)[-1].name
    assert list(door([CASES[case]], names=[asked])) == [asked]


def test_a_door_refuses_a_metric_of_another_kind() -> None:
    with pytest.raises(InvalidInput, match=r"measures something else\. Known here: displacement"):
        evaluate([WHOLE], [Reference.of([WHOLE])], names=["anls"])
    with pytest.raises(InvalidInput, match="There is no 'best'"):
        evaluate_answers([], names=["best"])


def test_a_case_without_a_figure_is_left_out_and_counted() -> None:
    flat = Ranking.of([1, 2, 3], [4, 4, 4])
    found = evaluate_rankings([flat, Ranking.of([1, 2], [1, 2])], names=["srcc"])["srcc"]
    assert np.isnan(found.values[0])
    assert (found.total.n, found.total.mean) == (1, Known(pytest.approx(1)))
    assert found.left_out == {"people rated all crops of the photo alike": 1}


def test_where_no_case_has_a_figure_the_reason_is_given() -> None:
    found = evaluate_rankings([Ranking.of([1, 2, 3], [1, 2, 3])], names=["acc_5"])["acc_5"]
    assert found.total.mean == NotKnown("fewer than 5 crops of the photo are rated")
    assert found.parts["1/5"].mean == found.total.mean
