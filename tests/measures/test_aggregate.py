"""Means with a seeded bootstrap interval."""

from __future__ import annotations

import numpy as np
import pytest

from measures.aggregate import ALL_EQUAL, NOTHING, ONLY_ONE, mean_with_interval
from measures.statistics import Known


def test_the_interval_is_close_to_the_normal_one() -> None:
    values = np.random.default_rng(6).normal(0.8, 0.1, 400)
    total = mean_with_interval(values)
    assert total.mean == Known(pytest.approx(values.mean()))
    assert isinstance(total.interval, Known)
    half = 1.96 * values.std(ddof=1) / 20
    assert total.interval.value.half_width == pytest.approx(half, rel=0.1)


def test_the_same_seed_gives_the_same_interval() -> None:
    values = [0.1, 0.5, 0.9, 0.4]
    assert mean_with_interval(values, seed=3) == mean_with_interval(values, seed=3)


def test_one_figure_has_no_interval() -> None:
    total = mean_with_interval([0.7])
    assert (total.n, total.mean, total.interval) == (1, Known(0.7), ONLY_ONE)


def test_nothing_measured_has_neither_mean_nor_interval() -> None:
    total = mean_with_interval([])
    assert (total.n, total.mean, total.interval) == (0, NOTHING, NOTHING)


def test_equal_figures_say_nothing_about_certainty() -> None:
    total = mean_with_interval([1.0, 1.0, 1.0])
    assert (total.n, total.mean, total.interval) == (3, Known(1.0), ALL_EQUAL)
