"""The pull of the left side."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from measures.statistics import Known
from measures.statistics.bradley_terry import bradley_terry
from measures.statistics.order_effect import OrderEffect, order_effect
from tests.measures.reference_data import needs_reference_data
from tests.measures.statistics.pair_data import Columns, flickr_round_robins, simulated


def known(columns: Columns) -> OrderEffect:
    """An effect that must be known."""
    found = order_effect(*columns, with_intervals=True)
    assert isinstance(found, Known)
    return found.value


def negative(free: np.ndarray, columns: Columns) -> float:
    """Minus the log-likelihood; the last parameter is gamma."""
    left, right, choice = columns
    d = free[left] - free[right] + free[-1]
    return float(np.logaddexp(0, -choice * d).sum())


def test_it_is_the_maximum_with_the_error_of_its_curvature() -> None:
    columns = simulated(1, crops=4, gamma=0.4)
    found = known(columns)
    best = minimize(negative, np.zeros(5), (columns,), "BFGS", options={"gtol": 1e-6})
    assert found.gamma == pytest.approx(best.x[-1], abs=1e-6)
    assert found.scores.worth == pytest.approx(best.x[:-1] - best.x[:-1].mean(), abs=1e-6)
    left, right, _ = columns
    rows = np.eye(5)[left] - np.eye(5)[right] + np.eye(5)[4]
    d = rows @ np.append(found.scores.worth, found.gamma)
    curve = 1 / (2 + 2 * np.cosh(d))
    covariance = np.linalg.pinv(rows.T @ (rows * curve[:, None]), rcond=1e-9)
    assert found.se == pytest.approx(covariance[4, 4] ** 0.5, abs=1e-6)
    assert found.scores.blocks[0] == pytest.approx(covariance[:4, :4], abs=1e-6)


def test_one_pair_by_hand() -> None:
    # Each crop left ten times: chosen 8 and 6 times. gamma is the mean of the two logits.
    left, right = [1] * 10 + [2] * 10, [2] * 10 + [1] * 10
    choice = [1] * 8 + [-1] * 2 + [1] * 6 + [-1] * 4
    found = known((np.array(left), np.array(right), np.array(choice)))
    assert found.gamma == pytest.approx((np.log(4) + np.log(1.5)) / 2)
    assert found.left_share == pytest.approx(1 / (1 + 6**-0.5))
    assert found.interval.low < found.gamma < found.interval.high
    assert found.n == 20


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.floats(-1, 1))
def test_swapping_sides_flips_it_and_nothing_else(seed: int, gamma: float) -> None:
    left, right, choice = simulated(seed, gamma=gamma)
    before, after = known((left, right, choice)), known((right, left, -choice))
    assert after.gamma == pytest.approx(-before.gamma, abs=1e-8)
    assert after.se == pytest.approx(before.se, abs=1e-8)
    assert after.scores.worth == pytest.approx(before.scores.worth, abs=1e-8)


def test_sides_that_never_swap_tell_nothing() -> None:
    found = order_effect([1, 1, 2, 2, 1, 1], [2, 2, 3, 3, 3, 3], [1, -1, 1, -1, 1, -1])
    assert isinstance(found, Known)  # a circle of pairs fixes it even so
    chain = order_effect([1, 1, 2, 2], [2, 2, 3, 3], [1, -1, 1, -1])
    assert "not swapped" in str(chain)
    assert "nobody has compared" in str(order_effect([], [], []))


def test_without_an_effect_the_worths_are_bradley_terrys() -> None:
    left, right, choice = simulated(7)
    both = (
        np.concatenate([left, right]),
        np.concatenate([right, left]),
        np.concatenate([choice, -choice]),
    )
    found = known(both)
    assert found.gamma == pytest.approx(0, abs=1e-9)
    assert found.scores.worth == pytest.approx(bradley_terry(*both).worth, abs=1e-8)


@needs_reference_data
def test_real_pairs_of_one_order_say_why_they_do_not_know() -> None:
    alone = flickr_round_robins(1)[0]
    rows = [at for at, left in enumerate(alone["left"]) if left == alone["left"][0]]
    star = {name: [column[at] for at in rows] for name, column in alone.items()}
    assert "not swapped" in str(order_effect(**star))
