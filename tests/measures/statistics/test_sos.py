"""The SOS hypothesis and differences from a reference."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from core.errors import InvalidInput
from measures.statistics import Known
from measures.statistics.mos import Factor, dmos_votes, mos_of
from measures.statistics.sos import sos_hypothesis
from tests.measures.reference_data import needs_reference_data, reference_json


def test_votes_at_both_ends_have_the_most_spread() -> None:
    # Mean 3, SOS^2 = 16 / 3 * 3 / 4 * 4 / 3 of two 1s and two 5s: 16 / 3; room 4.
    found = sos_hypothesis([0] * 4, [1, 1, 5, 5], low=1, high=5)
    assert isinstance(found, Known)
    assert found.value.a == pytest.approx(16 / 3 / 4)
    assert found.value.error == pytest.approx(0)


@needs_reference_data
def test_a_real_panel_by_least_squares() -> None:
    rows = list(reference_json("cadb/composition_scores.json").values())
    table = np.array([row["scores"] for row in rows])
    found = sos_hypothesis(np.repeat(np.arange(len(table)), 5), table.ravel(), low=1, high=5)
    mean, variance = table.mean(axis=1), table.var(axis=1, ddof=1)
    best = minimize_scalar(
        lambda a: float(((variance - a * (mean - 1) * (5 - mean)) ** 2).sum()), options={"xtol": 1e-12}
    )  # fmt: skip
    assert isinstance(found, Known)
    assert found.value.a == pytest.approx(best.x, abs=1e-6)
    assert found.value.n_items == len(rows)


def test_undefined_cases_say_why() -> None:
    assert "no item has two votes" in str(sos_hypothesis([1, 2], [3, 4], low=1, high=5))
    assert "no item has two votes" in str(sos_hypothesis([1, 1], [5, 5], low=1, high=5))
    with pytest.raises(InvalidInput, match="top"):
        sos_hypothesis([1], [1], low=5, high=1)


def test_the_normal_interval_is_the_one_of_bt500() -> None:
    found = mos_of([3, 4, 4, 5, 4], factor=Factor.Z)
    assert isinstance(found, Known)
    assert isinstance(found.value.interval, Known)
    half = found.value.interval.value.half_width
    assert half == pytest.approx(1.959963984540054 * 0.1**0.5)


def test_differences_from_the_reference_by_hand() -> None:
    # Ben gave the whole photo (9) a 4; Eve did not see it.
    items, scores = dmos_votes([1, 1, 2, 1], [7, 9, 7, 8], [3, 4, 5, 2], {7: 9}, top=5)
    assert (items.tolist(), scores.tolist()) == ([7], [4.0])
    nothing, _ = dmos_votes([1], [7], [3], {}, top=5)
    assert nothing.size == 0
