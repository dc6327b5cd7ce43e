"""Charts stay inside their frame, with round ticks and labels that do not cover each other."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core import charts
from core.charts import Bar, Point, Series

VALUES = st.floats(-1e6, 1e6, allow_nan=False)


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [(0, 1, [0, 0.5, 1]), (0, 97, [0, 50, 100]), (-0.3, 0.7, [-0.5, 0, 0.5, 1])],
)
def test_ticks_are_round(low: float, high: float, ticks: list[float]) -> None:
    assert charts.nice_ticks(low, high, 2) == ticks


@given(VALUES, VALUES)
@example(0.0, 5e-324)
def test_ticks_span_the_values(a: float, b: float) -> None:
    low, high = sorted((a, b))
    ticks = charts.nice_ticks(low, high)
    slack = 1e-6 * max(1.0, abs(low), abs(high))
    assert ticks == sorted(ticks)
    assert ticks[0] <= low + slack
    assert ticks[-1] >= high - slack


def test_labels_of_close_lines_stand_apart() -> None:
    lines = [Series(name, [Point(0, 1), Point(1, 1 + i / 1000)]) for i, name in enumerate("abc")]
    labels = sorted(label.y for label in charts.line_chart("x", lines).labels)
    assert min(b - a for a, b in pairwise(labels)) >= charts.LABEL_GAP


def test_a_band_needs_intervals() -> None:
    sure = charts.line_chart("x", [Series("a", [Point(0, 1, 0.5, 2), Point(1, 1, 0.5, 2)])])
    bare = charts.line_chart("x", [Series("a", [Point(0, 1), Point(1, 1)])])
    assert sure.curves[0].band.endswith("Z")
    assert bare.curves[0].band == ""


def test_the_table_holds_every_value() -> None:
    chart = charts.line_chart(
        "x", [Series("a", [Point(0, 1)]), Series("b", [Point(2, 3)])], x_label="step"
    )
    assert chart.columns == ["step", "a", "b"]
    assert chart.rows == [["0", "1", ""], ["2", "", "3"]]


def test_whiskers_lie_around_their_dot() -> None:
    chart = charts.whisker_chart("x", [Bar("A", 0.2, 0.1, 0.4, n=5)])
    (whisker,), ((x, _, _),) = chart.whiskers, chart.dots
    assert whisker.x1 < x < whisker.x2
    assert chart.labels[0].words == "0.20, n 5"


def test_nothing_to_draw_is_said() -> None:
    assert charts.line_chart("x", []).summary == "No values yet."
    assert charts.bar_chart("x", []).summary == "No values yet."


def test_a_name_keeps_its_ink() -> None:
    assert charts.ink_for("crop-sft") == charts.ink_for("crop-sft") in range(1, charts.INKS)


def test_one_place_has_one_tick() -> None:
    chart = charts.line_chart("x", [Series("a", [Point(10, 1)])], x_label="step")
    across = [tick.words for tick in chart.ticks if tick.anchor != "end"]
    assert across == ["step 10"]
    assert "11" not in [tick.words for tick in chart.ticks]


def test_steps_are_counted_in_whole_numbers() -> None:
    chart = charts.line_chart("x", [Series("a", [Point(1, 0), Point(3, 1)])], x_label="step")
    across = [tick.words for tick in chart.ticks if tick.y == chart.height - 6]
    assert across == ["step 1", "2", "3"]


def test_a_share_never_stands_before_an_axis_beyond_one() -> None:
    rows = [Bar("A", 1.0, 1.0, 1.0, n=3), Bar("B", 1.0)]
    chart = charts.whisker_chart("x", rows, places=3, highest=1.0)
    assert [tick.words for tick in chart.ticks] == ["0.5", "1.0"]
    assert [label.words for label in chart.labels] == ["1.000, n 3", "1.000"]


def test_an_axis_from_zero_goes_up_where_all_is_zero() -> None:
    line = Series("a", [Point(0, 0), Point(5, 0)])
    chart = charts.line_chart("x", [line], has_zero=True)
    up = [tick.words for tick in chart.ticks if tick.x < 40]
    assert (up[0], up[-1]) == ("0.0", "1.0")


def test_a_tiny_last_value_is_not_shown_as_zero() -> None:
    chart = charts.line_chart("x", [Series("rate", [Point(0, 1e-3), Point(1, 2e-5)])])
    assert chart.labels[0].words == "rate 2e-05"
